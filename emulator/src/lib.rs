//! An embedded cluster that answers like Camunda 8, for tests, demos and simulation.
