-- wrk posts the file BENCH_BODY again and again, as a service with the key BENCH_KEY.
local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"
if os.getenv("BENCH_KEY") then
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY")
end

-- One line that a program can read: completed, refused (no 2xx), broken (no answer), seconds.
function done(summary)
  local errors = summary.errors
  io.write(string.format("%d %d %d %.6f\n", summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, summary.duration / 1e6))
end
