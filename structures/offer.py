"""What does a structure offer besides its counter? The closed list of services."""

SERVICES = {
    "procedures": "Accompagnement aux démarches administratives",
    "rights": "Information sur les droits",
    "online": "Aide à l’usage des services en ligne",
    "digital": "Initiation au numérique",
    "computer": "Ordinateur en libre accès",
    "internet": "Connexion à internet",
    "printing": "Impression et numérisation",
    "video": "Rendez-vous en visio avec un opérateur",
    "office": "Bureau confidentiel",
    "identity": "Pré-demande de carte d’identité et de passeport",
}
EVERYWHERE = ("procedures", "rights", "online", "computer", "internet")
"""What the charter asks of every structure; the others are a plus."""
