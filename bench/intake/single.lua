-- One form a request, each form once. Arguments: a file of forms, one a line.
local threads, offset = {}, 0

function setup(thread)
   thread:set("first", offset)
   offset = offset + 1
   table.insert(threads, thread)
end

function init(args)
   forms, taken, exhausted = {}, 0, false
   for line in io.lines(args[1]) do
      forms[#forms + 1] = wrk.format("POST", "/v1/submissions", {["Content-Type"] = "application/json"}, line)
   end
end

function request()
   taken = taken + 1
   if taken > #forms then
      exhausted, taken = true, 1
   end
   return forms[taken]
end

function done(summary, latency, requests)
   local refused = summary.errors.connect + summary.errors.read + summary.errors.write
   refused = refused + summary.errors.status + summary.errors.timeout
   io.write(string.format(
      'wrk {"seconds":%f,"forms":%d,"refused":%d,"p50_ms":%f,"p99_ms":%f,"worst_ms":%f,"exhausted":%s}\n',
      summary.duration / 1e6, summary.requests, refused, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      latency.max / 1e3, tostring(threads[1]:get("exhausted"))
   ))
end
