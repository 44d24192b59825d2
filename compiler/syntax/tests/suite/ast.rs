//! Every part of every rule can be reached without touching raw nodes.
