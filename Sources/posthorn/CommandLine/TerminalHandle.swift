import Glibc

/// What the system knows of a terminal.
enum TerminalHandle {
    /// nil where the descriptor is no terminal, or its width is not known.
    static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
