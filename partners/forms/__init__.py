"""What may be typed on the partners' screens?"""
