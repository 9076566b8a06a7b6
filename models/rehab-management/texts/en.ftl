# Wording of this procedure. The information letter begins with "scenario".
scenario-heading = Why are we writing to you?
scenario = You had an accident at work. Some people then need more time until they can work again. An early talk with our rehabilitation team can help.
scenario-free = The talk is an offer. You may say no. There is no disadvantage for you.
scenario-decides = The program does not decide about your benefits. People do that by law.
scenario-word-reha = Rehabilitation: treatment and help so that you get well and can work again.
