//! What a picture shows, as plain data and drawings generic over the backend.
