### Sheet for the caseworker. Part A comes before the program's result, part B after it.
### The person may read this sheet when inspecting the file: every sentence must stand up to that.

## Part A
sheet-a-title = Check sheet part A
sheet-a-lead = First read the details and the documents. You will see the program’s result afterwards.
sheet-reference = Our reference
sheet-data-as-of = Data as of
sheet-version = Version of the program
sheet-procedure = Procedure
sheet-details-head = The details of this case
sheet-col-detail = Detail
sheet-col-value = Value
sheet-col-source = Source
sheet-col-date = Date
sheet-col-checked = checked
sheet-tick-checked = Detail checked: { $label }
sheet-statement-head = What the person says
sheet-missing-question = Is anything missing that matters for the case?
sheet-statement-question = Has the person written anything that is in none of the details?
sheet-statement-meaning = If yes: what does it mean?
sheet-statement-law = You must consider this too (§ 31a sentence 2 SGB X).
sheet-first-look-head = Your first view
sheet-first-look-label = At present I think:
sheet-first-look-open = still open
sheet-first-look-reason = Reason in one sentence
sheet-discretion-head = Weighing the case yourself
sheet-discretion-question = May you weigh this case yourself (discretion)?
sheet-discretion-yes = In this procedure you may and must weigh the case yourself (discretion).
sheet-discretion-no = There is no discretion in this procedure.
sheet-discretion-human = Only a person may use discretion.
sheet-name-date = Name, date
sheet-a-next = You will get part B when part A is filled in.

## Part B
sheet-b-title = Check sheet part B
sheet-b-lead = The program suggests: { $vorschlag }. You decide.
sheet-b-role = The suggestion does not replace your own check. It is not a reason for the decision either.
sheet-against-head = Why the suggestion may be wrong
sheet-against-strongest = Strongest point against the suggestion: { $label }: { $wert }.
sheet-against-strongest-clause = Strongest point against the suggestion: { $satz }.
sheet-against-none = No detail was against the suggestion. That does not mean it is right.
sheet-against-blind = The program does not know: { $blind_liste }.
sheet-against-blind-head = The program does not know:
sheet-against-ood = Unusual about this case: { $ood_liste }.
sheet-against-ood-item = { $label }: { $wert }. Usual is { $typ_von } to { $typ_bis }.
sheet-against-missing = These details are missing: { $label_liste }. The program calculated without them.
sheet-against-border = The case is close to the limit.
sheet-against-wrong = Of 100 cases with this suggestion about { $n_falsch } were wrong.
sheet-against-missed = In addition, about { $n_uebersehen } of 100 cases that needed it were missed.
sheet-against-unknown = We do not know how often the suggestion is wrong in such cases.
sheet-base-rate = For comparison: of 100 cases overall, it is true of { $basis }.
sheet-for-head = What speaks for the suggestion
sheet-for-none = No single detail clearly speaks for the suggestion.
sheet-col-influence = Influence
sheet-col-share = Share
sheet-col-typical = Usual
sheet-col-direction = Direction
sheet-all-head = Influence of all details
sheet-all-note = The share says how much of the whole influence belongs to this detail. It says nothing about causes.
sheet-typical-range = { $typ_von } to { $typ_bis }
sheet-certainty-head = How sure is this?
sheet-certainty = Of 100 cases with a result like this about { $n_richtig } were right. That is { $sicherheit }.
sheet-prediction = The program calculated: { $ergebnis_zahl }. The limit is { $grenze }.
sheet-cf-head = With other values
sheet-cf = With this other value the result would be different: { $cf }
sheet-cf-many = One of these changes would give a different result:
sheet-cf-two = Both together would give a different result:
sheet-cf-check = Is the value in the file certainly correct?
sheet-cf-none = There is no simple example with other values.
sheet-tree-head = Simplified picture of the program
sheet-tree-path = In this picture the path of the case is: { $pfad }.
sheet-tree-fidelity = The picture agrees with the program in { $treue } of 100 cases.
sheet-tree-hidden = Simplified picture: not exact enough
sheet-tree-warning = Take care: in { $fehler } of 100 cases the picture explains wrongly.
sheet-ask-head = Check for yourself
sheet-ask-values = Are the three most important details correct?
sheet-ask-other = Is there another explanation?
sheet-ask-person = Would you decide the same for a person with another name, age or sex?
sheet-ask-stereotype = People follow a suggestion more readily when it fits a prejudice. Please keep this in mind.
sheet-protected-note = The law gives this detail special protection: { $label }. The agency uses it like this: { $rechtsgrundlage }
sheet-quality-head = Quality of the explanation
sheet-quality-sum = Calculation adds up
sheet-quality-stable = Explanation stable
sheet-quality-tree = Simplified tree agrees
sheet-quality-known = Case in the known range
sheet-quality-line = Calculation adds up: { $rechnung } · Explanation stable: { $stabil } · Simplified tree agrees in { $treue } of 100 cases · Case in the known range: { $bekannt }

## Decision record
sheet-decision-head = Decision record
sheet-decision-label = I decide:
sheet-decision-agreed = as suggested
sheet-decision-deviated = differently
sheet-decision-unused = not used
sheet-decision-reasons = My reasons (not those of the program)
sheet-decision-considerations = Considerations: what did I weigh?
sheet-decision-statement = I have considered what the person said
sheet-decision-hearing = Hearing
sheet-hearing-done = done
sheet-hearing-not-required = not needed
sheet-decision-recorded-head = This decision is on record
sheet-decision-recorded = Decided on { $entscheidung_datum }: { $ergebnis_kurz }. By: { $entscheider_funktion }.
sheet-decision-recorded-agreed = The decision follows the suggestion.
sheet-decision-recorded-deviated = The decision differs from the suggestion.
sheet-decision-recorded-open = Nothing has been decided yet.
sheet-decision-recorded-reasons = Reasons: { $gruende }
sheet-decision-recorded-considerations = Considerations: { $erwaegungen }
sheet-decision-no-considerations = A person’s considerations are missing. Without them there is no letter (§ 35 (1) sentence 3 SGB X).

## Notes on why something is held back
sheet-gates-head = Notes before sending
sheet-gates-none = No notes.
sheet-gates-held = The letter to the person is not produced. Reason: { $grund }
sheet-gates-draft = The letter is only a draft. Reason: { $grund }

## Recourse in accident insurance
sheet-recourse-note = Note: suggestion to check for recourse (§ 116 SGB X or § 110 SGB VII). No blame on the insured person.
sheet-recourse-party = Possible liable party
sheet-recourse-ground = Ground of liability
sheet-recourse-limitation = Limitation (§ 113 SGB VII, date from the specialist unit)
sheet-recourse-family = Family privilege checked (§ 116 (6) SGB X)
sheet-recourse-waiver = Waiver weighed (§ 110 (2) SGB VII)

## Details that change the result alone, and what settles it
sheet-check-head = To check in the file
sheet-check-lead = If one of these details were wrong, a value in the last column would give a different result. Data as of: { $datum }.
sheet-check-none = No detail changes the result alone. Protected details were not checked.
sheet-proof-head = What settles the result
sheet-sufficient = This alone is enough for the suggestion: { $liste }. The other details cannot change it then (proven in the range of the comparison group).
sheet-sufficient-smallest = With fewer details this does not hold.
sheet-sufficient-always = The program always makes this suggestion, whatever the details say (proven in the range of the comparison group).
sheet-sufficient-none = { $n } details alone do not settle the suggestion, whichever they are: the others could change it (proven in the range of the comparison group).
sheet-necessary = Without this detail the result would be different: { $satz }. Checked with { $n } cases that have another value here.
sheet-together = If all points for the suggestion had the values of another case, the result would be different in { $n } of 100 cases.
sheet-uncertain = Less certain: { $satz }.
sheet-licence-background = In { $n } of 100 other comparison groups the direction is another.
sheet-licence-game = The second calculation does not give this direction.
sheet-licence-probe = With the values of other cases the score does not move in this direction.
sheet-licence-passed = The points named have passed: { $liste }.
sheet-licence-not = Not possible with this program: { $liste }.
licence-background = other comparison groups
licence-game = second calculation
licence-probe = trial with values of other cases
