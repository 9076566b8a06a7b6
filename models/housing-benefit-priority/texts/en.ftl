# Wording of this procedure. "scenario-act" stands first under "What you can do now".
scenario-act = Is your situation very urgent? Please call us at once: { $telefon }.
