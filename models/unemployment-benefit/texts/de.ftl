# Wortlaut dieses Verfahrens. Der Informationsbrief stellt „scenario“ an den Anfang.
scenario-heading = Warum schreiben wir Ihnen?
scenario = Sie haben Ihre Arbeit verloren. Manche Menschen bekommen dann kein Arbeitslosengeld, obwohl sie es vielleicht bekommen könnten. Wir wollen das verhindern und beraten kostenlos.
scenario-free = Die Beratung ist ein Angebot. Sie dürfen Nein sagen. Sie haben dann keine Nachteile.
scenario-decides = Das Programm entscheidet nicht über Ihr Arbeitslosengeld. Das machen Menschen nach dem Gesetz.
