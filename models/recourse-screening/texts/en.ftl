# Wording of this procedure. The information letter begins with "scenario".
scenario = You had an accident. We check whether another person or company must pay the costs. A computer program looked in the accident report for signs that others were involved. A person decides whether we claim money. You do not have to pay anything back.
# With the day of the accident, where it is recorded.
scenario-dated = You had an accident on { $datum }. We check whether another person or company must pay the costs. A computer program looked in the accident report for signs that others were involved. A person decides whether we claim money. You do not have to pay anything back.
