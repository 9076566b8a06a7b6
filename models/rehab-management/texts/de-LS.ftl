# Warum wir schreiben, in Leichter Sprache: ein Satz in einer Zeile.
scenario =
    Sie hatten einen Unfall bei der Arbeit.
    Manche Menschen brauchen danach lange.
    Sie können erst spät wieder arbeiten.
    Ein Gespräch kann dabei helfen.
