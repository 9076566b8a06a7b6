# Wortlaut dieses Verfahrens. „scenario-act“ steht am Anfang von „Das können Sie jetzt tun“.
scenario-act = Ist Ihre Lage sehr dringend? Rufen Sie uns bitte sofort an: { $telefon }.
