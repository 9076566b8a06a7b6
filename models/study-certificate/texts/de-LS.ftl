# Warum wir schreiben, in Leichter Sprache: ein Satz in einer Zeile.
scenario =
    Sie haben uns eine Seite geschickt.
    Auf der Seite soll stehen:
    Jemand studiert.
    So eine Seite heißt: Studien-Bescheinigung.
    Ein Computer-Programm hat die Seite gelesen.
    Das Programm entscheidet **nicht** über Ihr Kinder-Geld.
