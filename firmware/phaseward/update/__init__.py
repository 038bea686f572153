"""Updating the application: two slots beside the base, a signed manifest, a trial, a way back."""
