### The letter to the citizen. Plain language (B1): at most 20 words in a sentence.

## Subject, salutation, kind of letter
subj-annex = { $vorgang }: how a computer program was used
subj-hearing = { $vorgang }: your view before we decide
subj-missing = { $vorgang }: documents are missing
subj-info = { $vorgang }: we use a computer program
kind-annex = This letter explains the decision notice dated { $bescheid_datum }. It does not change the notice. Only the notice itself is legally binding.
kind-info = This letter is for your information. It is not a decision notice.
kind-missing = Something is still missing in your documents. Please help us, so that we can go on checking.
kind-hearing = We have not decided yet. You can tell us your view first.
kind-reply = You asked us how the result came about. This is our answer.
greet = Hello { $anrede_name },

## Block at the top right
info-your-reference = Your reference
info-reference = Our reference
info-contact = Contact
info-phone = Phone
info-email = Email
info-hours = Hours
info-date = Date

## Headings
head-program = What did the program do?
head-decision = Who decided?
head-not-used = What did the program not use?
head-contact = Your contact
head-privacy = Your data and your rights
head-formats = This letter in another form
head-glossary = Important words
head-enclosures = Enclosures
head-agency-text = Text by the agency

## The main points
sum-head = The main points
sum-result = The result: { $ergebnis_kurz }.
sum-who-human = A person decided: { $entscheider_funktion }.
sum-who-auto = A computer program decided.
sum-who-open = Nothing has been decided yet.
sum-suggestion = The program’s suggestion: { $vorschlag }.
sum-missing = These documents are missing:
sum-missing-checked = A person looked at your documents.
sum-offer = The offer is voluntary. You may say no.
sum-why = What mattered most to the program: { $satz }.
sum-act = You do not agree? Or should a person check again? Please read the part “What you can do now”.
sum-act-info = Is something wrong? Or should a person check again? Please read the part “What you can do now”.

## What was decided and by whom
# Result and role stand in the box above.
dec-human = We decided on { $entscheidung_datum }.
dec-legal = The legal reasons are in the notice.
dec-human-info = We decided on { $entscheidung_datum }. The result: { $ergebnis_kurz }. A person made the decision: { $entscheider_funktion }.
dec-auto = Your case was decided automatically. No person checked your case before. The result: { $ergebnis_kurz }. The law allows this here: { $rechtsgrundlage_auto }. You can ask for a person to check your case.
dec-open = We are still checking your case. A person will decide.
dec-reasons-head = This is what the person wrote about the decision:

## Role of the program (exactly one)
role-support-followed = A computer program looked at your details. It gave us a suggestion: { $vorschlag }. A person then checked your case. They came to the same result.
role-support-deviated = A computer program looked at your details. It gave us a suggestion: { $vorschlag }. A person then checked your case. They decided differently from the program.
role-support-open = A computer program looked at your details. It gave us a suggestion: { $vorschlag }. A person is still checking your case.
role-priority = A computer program sorts the cases. It suggests which cases we check first. The program does not decide about your application. A person does that. But the order can change how long you wait.
role-priority-case = A computer program sorts the cases. It suggests which cases we check first. The program does not decide about your case. A person does that. But the order can change how long you wait.
role-document = A computer program read your document. It checked whether the document is the right one and is complete. We were looking for: { $dokumentart }.
role-suggest = A computer program looked at your data. It told us that an offer may be useful for you. You decide whether you want the offer.
role-suggest-none = A computer program looked at your data. It did not suggest a special offer for you. You can still ask us for help at any time.
role-suggest-followed = A person checked the suggestion. They came to the same result.
role-suggest-deviated = A person checked the suggestion. They decided differently from the program.
role-support-unused = A computer program looked at your details. A person checked your case. They did not use the program’s suggestion.
role-suggest-unused = A person checked your case. They did not use the program’s suggestion.
role-suggest-open = A person is still checking the suggestion.
role-auto = A computer program checked your details. The program also made the decision.
role-rules = The program works with fixed rules. People wrote the rules to follow the law.
role-learned = The program learned from earlier cases. It does not understand your case the way a person does.

## Information used and its source
data-head = Information the program used
data-intro = These are all the details the program used. As of: { $datum }.
data-col-detail = Detail
data-col-value = Value
data-col-source = Source
data-item = { $label }: { $wert } (source: { $quelle })
data-item-clause = { $satz } (source: { $quelle })
data-src-own = from you
data-src-file = from our file
data-src-other = from: { $stelle }
data-missing = One detail was missing: { $label }. The program used a usual value instead: { $ersatzwert }.
data-missing-skipped = One detail was missing: { $label }. The program calculated without it.
data-missing-many = These details were missing: { $label_liste }. The program calculated without them.
data-missing-many-head = These details were missing:
data-missing-many-ask = The program calculated without them.
data-check = Please check this information. Is something wrong? Then please tell us.
check-intro = Is something wrong? Then please tell us. Please check these details above all:
check-one = Is something wrong? Then please tell us. Please check above all: { $label }. Different result with: { $bereich }.
check-item = { $satz }. Different result with: { $bereich }.
check-origin = { $satz } ({ $quelle }, as of { $datum })
check-origin-undated = { $satz } ({ $quelle })
check-origin-missing = { $satz } (as of { $datum })
check-from = { $wert } or more
check-to = { $wert } or less
check-between = { $von } to { $bis }

## The most important points
rea-head = What mattered to the program
rea-intro = These points had the most influence on the result of the program.
rea-compared = We compare your case with other cases. These are the other cases: { $vergleichsgruppe }.
rea-for-head = Points in favour of { $ziel_inf }:
rea-against-head = Points against { $ziel_inf }:
rea-item-for = { $label }: { $wert }. This was a { $staerke } point in favour.
rea-item-against = { $label }: { $wert }. This was a { $staerke } point against.
rea-item-for-clause = { $satz }. This was a { $staerke } point in favour.
rea-item-against-clause = { $satz }. This was a { $staerke } point against.
rea-item-typical = For comparison: in most cases this value is between { $typ_von } and { $typ_bis }.
rea-rest = The other details together had only little influence.
rea-rest-big = The other details had little influence one by one. But together they mattered.
rea-all = The program used no other details.
rea-uncertain = Also important, but less certain: { $label_liste }.
rea-uncertain-head = Also important, but less certain:
rea-none-for = No important point was in favour.
rea-none-against = No important point was against it.
rea-flat = No single point decided the result. Many details together led to it.
rea-average = Your case was average.
rea-caveat-info = These points only show how the program calculated. They do not decide about your application.
rea-caveat-case = These points only show how the program calculated. They do not decide about your case.
rea-caveat = These points show how the program calculated. They are not the legal reasons. The legal reasons are in the notice.
rea-protected-head = The law protects some details specially. We may use them here.
rea-protected = { $label }: { $rechtsgrundlage }.
rea-folge = This means for you: { $folge }.

## Other values, another result
cf-head = When would the program’s result be different?
cf-intro = We tried other values. One change would have been enough for a different result:
cf-intro-many = We tried other values. Each of these changes alone would have been enough for a different result:
cf-intro-two = We tried other values. These two changes together would have been enough for a different result:
cf-item = { $label }: { $cf_wert } instead of { $wert }.
cf-item-clause = { $cf_satz }. Now it is: { $satz }.
cf-item-missing = { $label }: { $cf_wert }. Now this detail is not known.
cf-item2 = Two changes together: { $label_1 }: { $cf_wert_1 } instead of { $wert_1 }. And { $label_2 }: { $cf_wert_2 } instead of { $wert_2 }.
cf-result = The result would then be: { $anderes_ergebnis }.
cf-caveat = This is only an example. It is not a promise. We decide about your application by law. Please always give correct details.
cf-caveat-case = This is only an example. It is not a promise. A person decides about your case. Please always give correct details.
cf-fixed = Some details cannot be changed by anyone, for example: { $fest_liste }. We do not show examples for these.
cf-none = We found no simple example. One different detail alone would not have changed the result.
cf-none-two = We found no simple example. Even two different details together would not have changed the result.
cf-none-searched = We found no simple example.

## What was not used
not-list = The program did not use this information: { $nicht_benutzt_liste }.
not-list-head = It did not use this information:
not-proxy = Other details can be linked to it. We have checked this. Last check: { $audit_datum }.

## How sure, and what is not known
unc-head = How sure is the program?
unc-word = With a result like this the program is { $sicherheit }.
unc-freq = The program can be wrong. We tested it with { $n_test } old cases. In about { $n_richtig } of every 100 cases with a result like this it was right. In about { $n_falsch } it was wrong.
unc-freq-meaning = Right means here: { $richtig_heisst }.
unc-freq-period = These old cases are from this time: { $zeitraum }.
unc-nofreq = The program can be wrong. We do not know exactly how often this happens in cases like yours.
sit-clearly-above = The program has a limit. Your case was clearly above it.
sit-clearly-below = The program has a limit. Your case was clearly below it.
sit-near-opposed = Your case was close to the limit. There were points in favour and points against. Small differences would have changed the program’s result.
sit-near-unopposed = Your case was close to the limit. Small differences would have changed the program’s result.
unc-ood = Your case is different from most earlier cases. So the program’s result is less certain here. That is why a person checked it with special care.
unc-ood-unchecked = Your case is different from most earlier cases. So the program’s result is less certain here.
unc-known = The program knows only the details in this letter.
unc-blind = For example, it knows nothing about: { $blind_liste }. Is something like this important in your case? Then please write to us.
unc-blind-head = For example, it knows nothing about:
unc-blind-ask = Is something like this important in your case? Then please write to us.
unc-simplified = This explanation is simplified. The program’s calculation has more detail than we can show here.

## What you can do now
act-head = What you can do now
act-review = You want a person to check the case again? Write to us or call us. It is free.
act-review-until = Please contact us by { $frist_pruefung }.
act-correct = Is a detail wrong or missing? Tell us what is right. We will change it and check the case again.
act-view = Do you see something differently? Write to us. We will read and consider it.
act-object = You do not agree with the decision? Then you can challenge it. How to do this, and the time limit, is in the notice. Look for this heading there: { $rechtsbehelf_ueberschrift }. Important: a phone call is not enough. The time limit keeps running while we check the case again.
act-send = Do you have the documents? Please send us a copy. Can you not get the documents? Call us. We will help you.
act-offer = Would you like to accept the offer? Call us or write to us. You do not want it? Then you do not have to do anything.
act-access = Do you want to see your file or your data? Ask us.
act-help = Do you need help? Our advice is free. Advice centres can help too.
act-noharm = You may always ask. It will not harm you.

## Privacy, contact, other formats, closing
priv = Responsible for your data: { $verantwortlicher }. Questions about data protection: { $dsb_kontakt }. You can complain here: { $aufsicht }.
priv-basis = The law for this procedure: { $rechtsgrundlage }.
# The hours stand on page 1.
cont = Your contact: { $kontakt_name }. Phone: { $telefon }. Reference: { $aktenzeichen }.
form-a11y = Do you need this letter in easy language, in large print or as audio? Tell us. It is free.
form-lang = This is a translation. Only the German text is legally binding.
draft-translation = A computer made this translation. No person has checked it yet.
close = Yours sincerely
close-for = on behalf of the agency
close-auto = This letter was produced by computer. It is valid without a signature.

## How to read the charts
chart = How to read the chart: each bar stands for one detail. A bar to the right means: this was in favour. A bar to the left means: this was against. The longer the bar, the bigger the influence. The numbers are not euros and not percentages.
chart-read = How to read the chart: each bar stands for one detail. A bar to the right means: this was in favour. A bar to the left means: this was against. The longer the bar, the bigger the influence.
chart-tree = The tree is a simplified picture of the program. It agrees with the program in { $treue } of 100 cases.

## Important words
glo-programm = Computer program: software that looks at details and calculates a result.
glo-angabe = Detail: one piece of information about your case, for example your age.
glo-einfluss = Influence: how much a detail changed the program’s result.
glo-vorschlag = Suggestion: a result of the program that a person still checks.
glo-bescheid = Decision notice: a letter in which an authority makes a legal decision.
glo-grenzfall = Borderline case: a case where the result was almost different.
glo-vergleich = Comparison group: earlier cases that we compare your case with.
glo-frist = Time limit: when this time is over, it is too late.
glo-widerspruch = Objection: you tell the authority that you think a decision notice is wrong.
glo-einspruch = Appeal: you tell the family benefits office or tax office that you think a notice is wrong.
glo-anhoerung = Hearing: you can tell us your view before we decide.
glo-aktenzeichen = File number: the number under which we find your case.
glo-akteneinsicht = Access to files: you read what our file says about you.
glo-regress = Recourse: we get money back from the one who caused the accident.
glo-reha = Rehabilitation: treatment and help so that you get well and can work again.
glo-erwerbsminderung = Reduced earning capacity: because of an illness a person can work only little or not at all.
glo-bewilligungszeitraum = Benefit period: the time for which you get a benefit.

## Scenario: recourse in accident insurance
reg-role = You had an accident on { $unfall_datum }. We check whether another person or company must pay the costs. A computer program helps us to find such cases. A person decides whether we claim money.
reg-noimpact = Your benefits do not change. You do not have to pay anything back.
reg-input = The program read the accident report. It looked for signs that others were involved.
reg-ask = We have questions about the accident. Please fill in the form. Write only what you know for certain.

## Scenario: certificate for child benefit
stu-ok = You sent us a certificate. A computer program recognised it as: { $dokumentart }. It read these details: { $feld_liste }.
stu-unclear = A computer program did not recognise your certificate with certainty. So a person is now checking it. You do not have to do anything now.
stu-need = Something is missing on the certificate: { $fehlt_liste }. Please send us a new certificate.
stu-nothing = The program does not decide about your child benefit. It only reads the certificate.

## Scenario: application complete, order
ben-complete = A computer program checked whether all documents are there. The result: your application is complete. Now a person will check it.
ben-missing = A computer program checked whether all documents are there. A person looked at this again. These documents are missing: { $fehlt_liste }.
ben-prio = Some people need money very quickly. So a computer program sorts the applications. Your application is in this group: { $gruppe }. This means: we need about { $dauer }. The group says nothing about the result.
ben-urgent = Is your situation very urgent? Please call us at once: { $telefon }.

## Scenario: rehabilitation as an offer
reh-why = We want you to stay healthy and able to work. So we write to people who may benefit from rehabilitation. A computer program helped us with this.
reh-input = The program used only data from your insurance account. It does not know your diagnoses.
reh-free = The rehabilitation is an offer. You may say no. There is no disadvantage for you.
reh-freq = The program is often wrong. Of 100 people we write to in this way, about { $n_ereignis } will later really be unable to work as before. The others will not.
reh-decide = If you apply, people check whether rehabilitation fits and which kind. The program does not decide this.
