#!lua flags=allow-oom
--
-- Reads what is due in a partition: of each lane a few entries, the oldest
-- first, with their rows.  So a lane whose work is not done hides no other.  A
-- server without memory runs it, too: else nothing would expire and free any.
--
-- KEYS  1  the index of due work
--       2  the key by which one worker of all hosts scans at a time
--       3  what the keys of records begin with, and
--       4  those of sessions
--
-- Danger: while the slot of a partition moves, a server has some of its rows,
-- and one that has moved would be taken for gone.  No key is named as 3 and 4
-- are, so the server finds one missing and replies TRYAGAIN or ASK until the
-- slot has moved.  Due work waits so long, as the commits do that it needs: a
-- callback whose end cannot be written would be sent again.
--
-- ARGV  1  who scans; empty: the scan has begun before, and goes on
--       2  for so many ms nobody else does
--       3  the lane after which it goes on, 2 bytes; empty: from the first
--       4  what is due before this time, 8 bytes
--       5  lanes at most
--       6  entries of each at most
--       7  the lane of sessions
--       8  the lane at which it ends, 2 bytes; empty: behind the last
--       9  what is due from this time on is due, too, 8 bytes: a clock that
--          was ahead has written it; empty: nothing is
--      10  bytes of the longest row
--
-- Returns nil if another worker scans; else the lane after which more may be
-- due, empty: none, and then each entry with its row, nil if it has none.  What
-- is no row comes as one that cannot be read: empty if the key has another
-- type, and cut behind the first byte too many if it is too long.

local due, scan = KEYS[1], KEYS[2]
local from, before, lanes, each = ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6]
local to, later, longest = ARGV[8], ARGV[9], ARGV[10]

-- Behind every entry of its lane: a time and a key have 16 bytes.
local last = string.rep('\255', 17)

local heads = { '' }

-- A row that somebody has written by hand must not stop its whole partition,
-- nor be read as a whole each time.

local function row(name)
    local value = redis.pcall('GETRANGE', name, 0, longest)

    if type(value) == 'table' then
        if string.sub(value.err, 1, 9) ~= 'WRONGTYPE' then
            error(value)
        end

        return ''
    end

    return value ~= '' and value
end

-- Adds entries between two of them, with their rows, and returns how many.

local function add(first, behind, most, prefix)
    local entries = redis.call('ZRANGEBYLEX', due, '[' .. first,
                               '(' .. behind, 'LIMIT', 0, most)

    for _, entry in ipairs(entries) do
        heads[#heads + 1] = entry
        heads[#heads + 1] = row(prefix .. string.sub(entry, 11))
    end

    return #entries
end

-- A turn that is not confirmed is sent again, and finds its own name.

if ARGV[1] ~= ''
   and not redis.call('SET', scan, ARGV[1], 'NX', 'PX', ARGV[2])
   and redis.call('GET', scan) ~= ARGV[1]
then
    return false
end

for _ = 1, lanes do
    local after = from == '' and '-' or '(' .. from .. last
    local first = redis.call('ZRANGEBYLEX', due, after,
                             to == '' and '+' or '(' .. to,
                             'LIMIT', 0, 1)[1]

    if not first then
        return heads
    end

    from = string.sub(first, 1, 2)

    local prefix = from == ARGV[7] and KEYS[4] or KEYS[3]
    local found = add(from, from .. before, each, prefix)

    if later ~= '' then
        add(from .. later, from .. last, each - found, prefix)
    end
end

heads[1] = from

return heads
