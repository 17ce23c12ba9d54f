"""The verbs on people and organisations; the only writers of the tables of `commissioning.people`."""
