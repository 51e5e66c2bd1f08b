# é
DELIMITER zdm:cltweeTABLE s.t (a IGGER tr B/* D$$
FORT N 