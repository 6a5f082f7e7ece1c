import Glibc

/// The limit of open files and sockets of this process.
public enum DescriptorLimit {
    /// Raises the soft limit to the hard limit. A sender alone keeps up to 2,000 connections open, and the usual soft limit is 1,024, for the
    /// sake of programs that use `select`.
    ///
    /// - Returns: the new limit; 0 if it cannot be read or set.
    public static func raise() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }
}
