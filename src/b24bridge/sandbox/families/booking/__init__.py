"""Online booking: resources, bookings and the waiting list."""
