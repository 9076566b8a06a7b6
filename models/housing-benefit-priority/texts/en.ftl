# Wording of this procedure. "scenario-act" stands first under "What you can do now".
scenario-act = Is your situation very urgent? Please call us at once: { $telefon }.
# This is always about an application, not about any case.
role-priority-case = A computer program sorts the cases. It suggests which cases we check first. The program does not decide about your application. A person does that. But the order can change how long you wait.
role-learned = The program learned from earlier cases. It looks for similar patterns. It does not understand your case the way a person does.
rea-caveat-case = These points only show how the program calculated. They do not decide about your application.
cf-caveat-case = This is only an example. It is not a promise. We decide about your application by law. Please always give correct details.
