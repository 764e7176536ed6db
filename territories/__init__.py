"""Where: départements, communes, their points, and how to find a commune from what somebody typed."""
