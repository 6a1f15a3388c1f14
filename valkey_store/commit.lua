-- Writes a row, if nobody has written it since it was read, with all that
-- belongs to it in its partition.  The script knows no state: the ledger has
-- made of the row what stands here.
--
-- KEYS  1  the row: its value begins with a stamp of 8 bytes, new each time
--       2  the index of due work
--       3  the counts of waiting codes
--       4  the row of a session that begins, if one does: the key must be free
--
-- ARGV  1  the stamp that was read; empty: the key must be free
--       2  the new value; empty: the row goes
--       3  when the server removes the row by itself, unix ms; empty: never
--       4  the entry that it leaves, or empty
--       5  the entry that it takes, or empty
--       6  the app whose counts change, or empty; then:
--       7  what to add to its waiting codes, and
--       8  to those of pages
--       9  the channel that is told the row's key, or empty
--      10  the session's value
--      11  the entry that the session takes
--
-- Returns 1: written; else nothing is, and returned is
--       the value that stands there, or nil: another stamp
--       3: the session's key is taken

local row, due, counts, session = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local app = ARGV[6]

-- A count of 0 leaves no field, so that apps of the past leave nothing.

local function add(kind, number)
    if number ~= '0'
       and redis.call('HINCRBY', counts, kind .. app, number) == 0
    then
        redis.call('HDEL', counts, kind .. app)
    end
end

if redis.call('GETRANGE', row, 0, 7) ~= ARGV[1] then
    return redis.call('GET', row)
end

if session and redis.call('EXISTS', session) == 1 then
    return 3
end

-- A server without memory refuses a script whose first write may take some.
-- New rows are to be refused, but no change: else nothing would end any more.
-- This one writes nothing, and needs no memory.

if ARGV[1] ~= '' then
    redis.call('ZREM', due, '')
end

-- The server takes back nothing when a call fails.  The calls that find a key
-- of another type stand first: an entry without its row does no harm.

if ARGV[5] ~= '' then
    redis.call('ZADD', due, 0, ARGV[5])
end

if app ~= '' then
    add('w', ARGV[7])
    add('p', ARGV[8])
end

if session then
    redis.call('ZADD', due, 0, ARGV[11])
    redis.call('SET', session, ARGV[10])
end

if ARGV[2] == '' then
    redis.call('DEL', row)
elseif ARGV[3] == '' then
    redis.call('SET', row, ARGV[2])
else
    redis.call('SET', row, ARGV[2], 'PXAT', ARGV[3])
end

if ARGV[4] ~= '' and ARGV[4] ~= ARGV[5] then
    redis.call('ZREM', due, ARGV[4])
end

if ARGV[9] ~= '' then
    redis.call('SPUBLISH', ARGV[9], string.sub(row, -8))
end

return 1
