# Warum wir schreiben, in Leichter Sprache: ein Satz in einer Zeile.
scenario =
    Sie haben Ihre Arbeit verloren.
    Manche Menschen bekommen dann **kein** Arbeitslosen-Geld.
    Vielleicht können sie aber Geld bekommen.
    Dabei wollen wir helfen.
    Unsere Hilfe kostet **nichts**.
