# Wortlaut dieses Verfahrens. Der Informationsbrief stellt „scenario“ an den Anfang.
scenario = Sie haben uns eine Seite geschickt. Ein Computerprogramm hat sie gelesen. Es entscheidet nicht über Ihr Kindergeld.
