-- The status of a notification whose request was cancelled. A new label can be used only after the transaction that adds it.

ALTER TYPE notification_status ADD VALUE 'cancelled';
