extension Migration {
    /// What was decided once of a request is written down: who listened when it was taken, how it was divided, and what it said. When it was
    /// admitted last tells what was said of it before it came again. A channel that is removed is marked at once, and its subscriptions are deleted bit by bit.
    static let isolation = Migration(
        number: 2, name: "isolation",
        script: """
            ALTER TABLE requests
                ADD COLUMN admitted_at timestamptz,
                ADD COLUMN digest bytea,
                ADD COLUMN watermark bigint,
                ADD COLUMN ranges bigint[];

            ALTER TABLE channels ADD COLUMN removed_at timestamptz;
            CREATE INDEX channels_removed ON channels (id) WHERE removed_at IS NOT NULL
            """)
}
