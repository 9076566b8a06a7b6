# Wortlaut dieses Verfahrens. „scenario-act“ steht am Anfang von „Das können Sie jetzt tun“.
scenario-act = Ist Ihre Lage sehr dringend? Rufen Sie uns bitte sofort an: { $telefon }.
# Hier geht es immer um einen Antrag, nicht um irgendeinen Fall.
role-priority-case = Ein Computerprogramm sortiert die Fälle. Es schlägt vor, welche Fälle wir zuerst prüfen. Das Programm entscheidet nicht über Ihren Antrag. Das macht ein Mensch. Die Reihenfolge kann aber ändern, wie lange Sie warten.
role-learned = Das Programm hat aus früheren Fällen gelernt. Es sucht nach ähnlichen Mustern. Es versteht Ihren Fall nicht so wie ein Mensch.
rea-caveat-case = Diese Punkte zeigen nur, wie das Programm gerechnet hat. Sie entscheiden nicht über Ihren Antrag.
cf-caveat-case = Das ist nur ein Rechenbeispiel. Es ist kein Versprechen. Über Ihren Antrag entscheiden wir nach dem Gesetz. Bitte machen Sie immer richtige Angaben.
