-- For wrk: asks about another subject each time. Reads SIZE (evaluations in a request), AMONG, and of the file ACCESS
-- what access.py made.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

local about = io.lines(os.getenv("ACCESS"))
local members, organizations, permissions = tonumber(about()), tonumber(about()), tonumber(about())
local api, large, client = about(), about(), about()
local size, among = tonumber(os.getenv("SIZE")), os.getenv("AMONG")
math.randomseed(os.time())

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("MANAGEMENT_TOKEN")

local function evaluation()
  local n = math.random(0, members - 1)
  local subject = string.format('{"type":"user","id":"auth0|load%08d"}', n)
  local organization = large
  if among ~= "members" then organization = string.format("org_load%08d", n % organizations) end
  if among == "client" then subject = string.format('{"type":"client","id":"%s"}', client) end
  return string.format(
    '{"subject":%s,"action":{"name":"permission:%02d"},"resource":{"type":"resource_server","id":"%s","properties":{"organization_id":"%s"}}}',
    subject, math.random(0, permissions - 1), api, organization)
end

function request()
  local body = evaluation()
  if size > 1 then
    local all = {}
    for index = 1, size do all[index] = evaluation() end
    body = '{"evaluations":[' .. table.concat(all, ",") .. "]}"
  end
  return wrk.format(nil, nil, nil, body)
end
