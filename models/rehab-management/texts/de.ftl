# Wortlaut dieses Verfahrens. Der Informationsbrief stellt „scenario“ an den Anfang.
scenario-heading = Warum schreiben wir Ihnen?
scenario = Sie hatten einen Unfall bei der Arbeit. Manche Menschen brauchen danach länger, bis sie wieder arbeiten können. Ein frühes Gespräch mit unserem Team Reha kann dann helfen.
scenario-free = Das Gespräch ist ein Angebot. Sie dürfen Nein sagen. Sie haben dann keine Nachteile.
scenario-decides = Das Programm entscheidet nicht über Ihre Leistungen. Das machen Menschen nach dem Gesetz.
scenario-word-reha = Reha: Behandlung und Hilfe, damit Sie wieder gesund werden und arbeiten können.
