# Wording of this procedure. The information letter begins with "scenario".
scenario-heading = Why are we writing to you?
scenario = You have lost your job. Some people then get no unemployment benefit although they perhaps could get it. We want to prevent this, and our advice is free.
scenario-free = The advice is an offer. You may say no. There is no disadvantage for you.
scenario-decides = The program does not decide about your unemployment benefit. People do that by law.
