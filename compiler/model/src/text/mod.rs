//! Text with a meaning, checked where the literal stands: images, hosts, schedules and the like.
