import Glibc

/// How many files and sockets this process may have open.
public enum DescriptorLimit {
    /// Raises the limit to what the system lets it be. A sender alone keeps up to 2,000 connections open, and the usual limit that a process
    /// begins with is 1,024, for the sake of programs that cannot have more.
    ///
    /// - Returns: the limit from now on.
    public static func raise() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }
}
