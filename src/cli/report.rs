//! `klartext report`: the owner's report.
