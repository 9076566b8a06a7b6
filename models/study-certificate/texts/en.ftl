# Wording of this procedure. The information letter begins with "scenario".
scenario = You sent us a page. A computer program read it. It does not decide about your child benefit.
