"""What Redis does in one step, in its own language. The first argument of each script is our prefix.

Names: `generation` is written before each value, and what was written in another is not believed;
`last` is the number of the last drop (microseconds since 1970, always going up, so that a Redis that
has lost everything goes on above); `about:` + tag is a sorted set of the values about it, by when they end;
`gone:` + tag is the number of its last drop, for as long as an answer asked for before it may be on its way.
"""

from hashlib import sha1

GONE = 60_000  # milliseconds: longer than any process takes to hear of a drop
_COMMON = """
local p = ARGV[1]
local function number(name)
  local told = redis.pcall('GET', p .. name)
  if type(told) == 'string' and #told <= 16 and string.match(told, '^%d+$') then return tonumber(told) end
end
local function text(whole) return string.format('%.0f', whole) end
local function micros()
  local now = redis.call('TIME')
  return tonumber(now[1]) * 1000000 + tonumber(now[2])
end
local function later()
  local next = math.max(micros(), (number(':last') or 0) + 1)
  redis.pcall('SET', p .. ':last', text(next))  -- without room the clock alone goes up
  return next
end
local function forget()
  redis.call('UNLINK', p .. ':generation')  -- where there is no room, that is enough
  local next = later()
  redis.pcall('SET', p .. ':generation', text(next))
  redis.call('PUBLISH', p .. ':dropped', text(next) .. ' ')
  return next
end
local function replaced(told)  -- by somebody else's value: what was there is lost
  return type(told) == 'table' and told.err and string.find(told.err, 'WRONGTYPE')
end
"""

# → the number up to which everything has been dropped
HELLO = f"""{_COMMON}
if not number(':generation') then forget() end
return text(number(':last') or later())
"""

FORGET = f"{_COMMON} return text(forget())"

# name, body, milliseconds, number of the last drop heard of, tags → 1; 0 where one was not heard of
PUT = f"""{_COMMON}
local name, body, life, heard = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local born, now = number(':generation') or forget(), math.floor(micros() / 1000)
if born > heard then return 0 end
for n = 6, #ARGV do
  if (number(':gone:' .. ARGV[n]) or 0) > heard then return 0 end
end
for n = 6, #ARGV do
  local set = p .. ':about:' .. ARGV[n]
  local told = redis.pcall('ZADD', set, text(now + life), name)
  if replaced(told) then redis.call('UNLINK', set) forget() return 0 end
  if type(told) == 'table' then return told end
  redis.call('ZREMRANGEBYSCORE', set, '-inf', text(now - 1))
  if redis.call('PTTL', set) < life then redis.call('PEXPIRE', set, text(life + 1000)) end  -- outlives it
end
redis.call('SET', name, text(born) .. ':' .. body, 'PX', text(life))
return 1
"""

# most of each tag, milliseconds that tags stay gone, what is told, tags → dropped, 1 where there is more
DROP = f"""{_COMMON}
local most, count, more = tonumber(ARGV[2]), 0, 0
for n = 5, #ARGV do
  local set = p .. ':about:' .. ARGV[n]
  local names = redis.pcall('ZPOPMIN', set, most)
  if replaced(names) then redis.call('UNLINK', set) forget() names = {{}} end
  if names.err then return names end
  for m = 1, #names, 2 do
    if string.sub(names[m], 1, #p + 1) == p .. ':' then count = count + redis.call('UNLINK', names[m]) end
  end
  if #names >= 2 * most then more = 1 end
end
local next = later()
for n = 5, #ARGV do redis.pcall('SET', p .. ':gone:' .. ARGV[n], text(next), 'PX', ARGV[3]) end
redis.call('PUBLISH', p .. ':dropped', text(next) .. ' ' .. ARGV[4])
return {{count, more}}
"""

# token, milliseconds, names → of each whether it is ours; what never ends is none of ours, and goes
CLAIM = """
local token, life, ours = ARGV[2], tonumber(ARGV[3]), {}
for n = 4, #ARGV do
  if redis.call('SET', ARGV[n], token, 'NX', 'PX', life) then
    ours[#ours + 1] = 1
  else
    local left = redis.call('PTTL', ARGV[n])
    local mine = redis.pcall('GET', ARGV[n]) == token or left < 0 or left > life
    if mine then redis.call('SET', ARGV[n], token, 'PX', life) end
    ours[#ours + 1] = mine and 1 or 0
  end
end
return ours
"""

# token, names
RELEASE = """
for n = 3, #ARGV do
  if redis.pcall('GET', ARGV[n]) == ARGV[2] then redis.call('UNLINK', ARGV[n]) end
end
"""


def known_as(script: str) -> str:
    """What Redis calls a script that it has run once."""
    return sha1(script.encode(), usedforsecurity=False).hexdigest()
