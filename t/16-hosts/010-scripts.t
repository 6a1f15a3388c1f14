# The scripts that run in the server: what they write and refuse, and that one
# of two who change a row at the same time loses.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw( sha1_hex );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( read_file );
use Test::WhatsAuth::Valkey;
use Time::HiRes qw( time );

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

# These tags lie in slots of three servers.
my @TAGS = map { "wa:{$_}:" } qw( a b c );

my $LANE_TIME = pack 'n', 0;
my $LANE_SESSIONS = "\xff\x00";
my $HOUR = 3_600_000;

my %source = map { $_ => read_file("$TOP/valkey_store/$_.lua") }
             qw( commit heads issue );
my %sha = map { $_ => sha1_hex($source{$_}) } keys %source;

my ($client, $tag);


# commit(KEY, %change): runs the script for a row; names of the change stand
# for its arguments.

sub commit {
    return $client->call(commit_words(@_));
}


sub commit_words {
    my ($key, %change) = @_;

    my %value = (stamp => '', value => '', until => '', leaves => '',
        takes => '', app => '', waiting => 0, pages => 0, channel => '',
        session => '', session_entry => '', %change);
    my @keys = ($key, "${tag}due", "${tag}apps", $value{session_key} // ());

    return ('EVALSHA', $sha{commit}, scalar @keys, @keys, @value{qw( stamp
        value until leaves takes app waiting pages channel session
        session_entry )});
}


# issue(NUMBERS, %codes): runs the script for new codes with these keys.

sub issue {
    return $client->call(issue_words(@_));
}


sub issue_words {
    my ($numbers, %codes) = @_;

    my %value = (app => 'shop', waiting_limit => 0, pages_limit => 0,
        pages => 0, stamp => 1, %codes);

    return ('EVALSHA', $sha{issue}, 2 + @$numbers, "${tag}due", "${tag}apps",
        (map { record($_) } @$numbers),
        @value{qw( app waiting_limit pages_limit pages )},
        map { (stamp($value{stamp}) . $_, entry($LANE_TIME, 50, $_)) }
            @$numbers);
}


# heads(%scan): what the script for due work returns.

sub heads {
    my (%scan) = (who => '', span => 900, after => '', before => pack('Q>', 0),
        lanes => 16, each => 8, to => '', later => '', longest => 100, @_);

    return $client->call('EVALSHA', $sha{heads}, 4, "${tag}due", "${tag}scan",
        "${tag}r:", "${tag}s:", @scan{qw( who span after before lanes each )},
        $LANE_SESSIONS, @scan{qw( to later longest )});
}


sub key { return pack 'Q>', $_[0] }

sub record { return "${tag}r:" . key($_[0]) }

sub session { return "${tag}s:" . key($_[0]) }

sub stamp { return pack 'Q>', 1_000_000 + $_[0] }

sub entry { return $_[0] . pack 'Q>Q>', @_[1, 2] }

sub entries { return $client->call('ZRANGEBYLEX', "${tag}due", '-', '+') }

sub counts { return { @{ $client->call('HGETALL', "${tag}apps") } } }


sub load {
    is $client->call('SCRIPT', 'LOAD', $source{$_}), $sha{$_},
        "$_ - its name is the SHA-1 of its file" for sort keys %source;
}


sub forget {
    $client->call('FLUSHALL');
}


my $valkey = start_valkey();

$client = $valkey->primary->client;
$tag = $TAGS[0];

like $client->error(commit_words(record(1))), qr/^NOSCRIPT /,
    'not loaded - the server says so';
load();

subtest 'a row' => sub {
    forget();

    is commit(record(1), value => stamp(1) . 'one',
              takes => entry($LANE_TIME, 50, 1)), 1, 'new - it is written';
    is $client->call('GET', record(1)), stamp(1) . 'one', 'with its value';
    is $client->call('PTTL', record(1)), -1, 'for good';
    is_deeply entries(), [ entry($LANE_TIME, 50, 1) ], 'and takes its entry';

    is commit(record(1), value => stamp(2) . 'other'), stamp(1) . 'one',
        'new, and the key is taken - the value that is there comes back';
    is commit(record(1), stamp => stamp(9), value => stamp(2) . 'two',
              leaves => entry($LANE_TIME, 50, 1), app => 'shop', waiting => 1,
              session_key => session(1), session => 'x',
              session_entry => entry($LANE_SESSIONS, 1, 1)),
        stamp(1) . 'one', 'another stamp - the value comes back';
    is $client->call('GET', record(1)), stamp(1) . 'one',
        'another stamp - nothing is written';
    is_deeply [ entries(), counts(), $client->call('EXISTS', session(1)) ],
        [ [ entry($LANE_TIME, 50, 1) ], {}, 0 ], 'nor anything beside it';

    is commit(record(2), stamp => stamp(1), value => stamp(2) . 'two'), undef,
        'the row has gone - nothing comes back';
    is $client->call('EXISTS', record(2)), 0, 'and nothing is written';

    is commit(record(1), stamp => stamp(1), value => stamp(2) . 'two',
              leaves => entry($LANE_TIME, 50, 1),
              takes => entry("\0\1", 60, 1)), 1, 'changed - it is written';
    is_deeply entries(), [ entry("\0\1", 60, 1) ], 'one entry for another';

    is commit(record(1), stamp => stamp(2), value => stamp(3) . 'three',
              leaves => entry("\0\1", 60, 1),
              takes => entry("\0\1", 60, 1)), 1,
        'changed, at the same entry - it is written';
    is_deeply entries(), [ entry("\0\1", 60, 1) ], 'and keeps it';

    is commit(record(1), stamp => stamp(3), value => stamp(4) . 'four'), 1,
        'changed, no entry named - it is written';
    is_deeply entries(), [ entry("\0\1", 60, 1) ], 'and keeps its entry';

    is commit(record(1), stamp => stamp(4),
              leaves => entry("\0\1", 60, 1)), 1, 'without a value - it goes';
    is_deeply [ entries(), $client->call('EXISTS', record(1)) ], [ [], 0 ],
        'with its entry';
};

subtest 'any byte' => sub {
    forget();

    my $every = join '', map { chr } 0 .. 255;
    my $key = unpack 'Q>', "\r\n\0\xff}{]\0";

    is commit(record($key), value => "\0\r\n\xff\0\r\n\xff" . $every,
              takes => entry("\r\n", 0x0d0a, $key)), 1, 'it is written';
    is $client->call('GET', record($key)), "\0\r\n\xff\0\r\n\xff" . $every,
        'and comes back';
    is commit(record($key), stamp => "\0\r\n\xff\0\r\n\xff",
              value => stamp(1)), 1, 'also as a stamp';
    is_deeply entries(), [ entry("\r\n", 0x0d0a, $key) ], 'and as an entry';
};

subtest 'the end of a row' => sub {
    forget();

    my $until = int(1000 * time) + $HOUR;

    is commit(record(1), value => stamp(1), until => $until), 1,
        'until - it is written';
    is $client->call('PEXPIRETIME', record(1)), $until,
        'the server knows when it ends';
    is commit(record(1), stamp => stamp(1), value => stamp(2)), 1,
        'changed without an end - it is written';
    is $client->call('PTTL', record(1)), -1, 'and has none';

    is commit(record(1), stamp => stamp(2), value => stamp(3),
              until => int(1000 * time) + 50), 1, 'soon - it is written';
    ok wait_until(sub { !$client->call('EXISTS', record(1)) }),
        'it goes by itself';
    is commit(record(1), stamp => stamp(3), value => stamp(4)), undef,
        'gone - nothing revives it';

    is commit(record(2), value => stamp(1), until => 1), 1,
        'an end in the past - it is taken';
    is $client->call('GET', record(2)), undef, 'and the row is gone';
};

subtest 'new codes' => sub {
    forget();

    is_deeply issue([ 1 .. 128 ]), [ (1) x 128 ], 'many - all are written';
    is $client->call('GET', record(77)), stamp(1) . 77, 'each with its value';
    is $client->call('PTTL', record(77)), -1, 'for good';
    is_deeply entries(), [ map { entry($LANE_TIME, 50, $_) } 1 .. 128 ],
        'and its entry';
    is_deeply counts(), { wshop => 128 }, 'and counted';

    is_deeply issue([ 1, 2, 129 ]), [ stamp(1) . 1, stamp(1) . 2, 1 ],
        'written before - the values that are there come back';
    is_deeply counts(), { wshop => 129 }, 'and are not counted again';

    $client->call('HSET', record(130), 'field', 'value');
    is_deeply issue([ 130, 131 ], stamp => 2), [ '', 1 ],
        'a key of another type - it is taken, and stops no other';
};

subtest 'limits' => sub {
    forget();

    is_deeply issue([ 1, 2 ], waiting_limit => 4), [ 1, 1 ],
        'two of four - they are written';
    is_deeply issue([ 3, 4 ], waiting_limit => 4, pages => 1,
                    pages_limit => 1), [ 1, 2 ],
        'two of pages, which may have one - one is written';
    is_deeply counts(), { wshop => 3, pshop => 1 }, 'all are counted';
    is $client->call('EXISTS', record(4)), 0, 'refused - no row';
    is scalar(@{ entries() }), 3, 'no entry';

    is_deeply issue([ 5, 6, 7 ], waiting_limit => 4), [ 1, 2, 2 ],
        'as many as the limit leaves - and no more';
    is_deeply issue([ 8 ], waiting_limit => 4), [ 2 ], 'nothing left - none';
    is_deeply issue([ 8 ], waiting_limit => 3), [ 2 ],
        'a limit that is smaller now - none';
    is_deeply issue([ 5, 8 ], waiting_limit => 4), [ stamp(1) . 5, 2 ],
        'over the limit, and written before - the value tells that';
    is_deeply issue([ 9 ], waiting_limit => 4, app => 'other'), [ 1 ],
        'another app - it has a limit of its own';
    is_deeply issue([ 10 .. 20 ]), [ (1) x 11 ], 'no limit - any number';

    is commit(record(3), stamp => stamp(1), value => stamp(2), app => 'shop',
              waiting => -1, pages => -1), 1, 'decided - it is written';
    is_deeply counts(), { wshop => 14, wother => 1 },
        'a count of 0 leaves nothing';
};

subtest 'a session' => sub {
    forget();

    my %collect = (stamp => stamp(1), value => stamp(2) . 'collected',
        session_key => session(1), session => stamp(2) . 'session',
        session_entry => entry($LANE_SESSIONS, 70, 1));

    commit(record(1), value => stamp(1) . 'validated');

    is commit(record(1), %collect), 1, 'collected - it is written';
    is $client->call('GET', session(1)), stamp(2) . 'session',
        'with the session';
    is_deeply entries(), [ entry($LANE_SESSIONS, 70, 1) ], 'and its entry';
    is commit(record(1), %collect), stamp(2) . 'collected',
        'collected again - the stamp tells that it has been';

    is commit(session(1), stamp => stamp(2), value => stamp(3) . 'used'), 1,
        'used - the session is a row itself';

    # REVOKE leaves a stamp alone at the key of a session.

    commit(record(2), value => stamp(1) . 'validated');
    is commit(session(2), value => stamp(5),
              until => int(1000 * time) + $HOUR), 1,
        'revoked before it begins - its key is taken';
    is commit(record(2), %collect, session_key => session(2)), 3,
        'then collected - refused';
    is $client->call('GET', record(2)), stamp(1) . 'validated',
        'and not collected';
    is $client->call('GET', session(2)), stamp(5), 'no session begins';
};

subtest 'whoever watches' => sub {
    forget();

    my $channel = "${tag}told";
    my $watch = $valkey->primary->client;

    is_deeply $watch->call('SSUBSCRIBE', $channel),
        [ 'ssubscribe', $channel, 1 ], 'a channel';
    commit(record(1), value => stamp(1), channel => '');
    commit(record(1), value => stamp(9), channel => $channel);
    commit(record(1), stamp => stamp(1), value => stamp(2),
           channel => $channel);
    is_deeply $watch->reply, [ 'smessage', $channel, key(1) ],
        'decided - the key is told';
    commit(session(0x0d0a), value => stamp(1), channel => $channel);
    is_deeply $watch->reply, [ 'smessage', $channel, key(0x0d0a) ],
        'that of a session, and nothing between: other writes tell nobody';
};

subtest 'damage' => sub {
    forget();

    $client->call('SET', "${tag}due", 'no index');
    $client->call('SADD', record(2), 'no row');

    like $client->error(commit_words(record(1), value => stamp(1), app => 'a',
        waiting => 1, takes => entry($LANE_TIME, 1, 1))), qr/WRONGTYPE/,
        'a key of another type - an error';
    is_deeply [ $client->call('EXISTS', record(1)), counts() ], [ 0, {} ],
        'and nothing is written';
    like $client->error(commit_words(record(2), value => stamp(1))),
        qr/WRONGTYPE/, 'a row of another type - an error';
    like $client->error(issue_words([ 1 ])), qr/WRONGTYPE/,
        'new codes, and no index - an error';
    is_deeply [ $client->call('EXISTS', record(1)), counts() ], [ 0, {} ],
        'and nothing is written';

    for my $limit (0, 9) {
        forget();
        $client->call('HSET', "${tag}apps", 'wa', 'no number');
        like $client->error(commit_words(record(1), value => stamp(1),
            app => 'a', waiting => 1, takes => entry($LANE_TIME, 1, 1))),
            qr/not an integer/, 'a count that is none - an error';
        like $client->error(issue_words([ 1 ], app => 'a',
            waiting_limit => $limit)), qr/not an integer|arithmetic/,
            'new codes - likewise';
        is $client->call('EXISTS', record(1)), 0, 'and no row';
    }
};

subtest 'no memory' => sub {
    forget();

    commit(record(1), value => stamp(1), app => 'shop', waiting => 1,
           takes => entry($LANE_TIME, 50, 1));
    $client->call('CONFIG', 'SET', 'maxmemory', 1);

    like $client->error(commit_words(record(2), value => stamp(1),
        app => 'shop', waiting => 1, takes => entry($LANE_TIME, 50, 2))),
        qr/^OOM /, 'a new row - refused';
    is_deeply [ $client->call('EXISTS', record(2)), counts(), entries() ],
        [ 0, { wshop => 1 }, [ entry($LANE_TIME, 50, 1) ] ],
        'and nothing is written';
    like $client->error(issue_words([ 2, 3 ])), qr/^OOM /,
        'new codes - refused';
    is_deeply [ $client->call('EXISTS', record(2)), counts(), entries() ],
        [ 0, { wshop => 1 }, [ entry($LANE_TIME, 50, 1) ] ],
        'and nothing is written';
    is_deeply heads(who => 'A', before => key(60)),
        [ '', entry($LANE_TIME, 50, 1), stamp(1) ],
        'due work - it is found';
    is commit(record(1), stamp => stamp(1), value => stamp(2) . 'kept',
              app => 'shop', waiting => -1, until => 4_000_000_000_000,
              leaves => entry($LANE_TIME, 50, 1)), 1,
        'and done, or nothing would free the memory';
    is commit(record(1), stamp => stamp(2), value => stamp(3) . 'longer'), 1,
        'a row that is there - it is changed, without an entry, too';

    $client->call('CONFIG', 'SET', 'maxmemory', 0);
};

subtest 'lost races' => sub {
    forget();

    # All read the same row, and each writes it in a connection of its own.

    my @clients = map { $valkey->primary->client } 1 .. 8;

    commit(record(1), value => stamp(0));

    for my $round (1 .. 50) {
        $clients[$_]->send(commit_words(record(1), stamp => stamp($round - 1),
            value => stamp($round) . $_, app => 'shop', waiting => 1))
            for 0 .. $#clients;

        my @replies = map { $_->reply } @clients;
        my ($winner) = grep { $replies[$_] eq '1' } 0 .. $#clients;
        my @lost = grep { $_ eq stamp($round) . ($winner // '') } @replies;

        if (@lost != $#clients) {
            fail("round $round");
            last;
        }
    }

    is_deeply counts(), { wshop => 50 },
        'eight at once, fifty times - one wins, the others see what it wrote';
};

subtest 'due work' => sub {
    forget();

    my $before = key(100);
    my @rows;

    # Two lanes of ten entries, the last of each not due yet, and a session.
    for my $lane ("\0\1", "\0\2") {
        for my $n (1 .. 10) {
            my $id = 10 * unpack('n', $lane) + $n;
            commit(record($id), value => stamp($id),
                   takes => entry($lane, 90 + $n, $id));
        }
    }
    commit(session(7), value => stamp(7),
           takes => entry($LANE_SESSIONS, 99, 7));

    my $of = sub {
        my ($lane, @n) = @_;
        my $base = 10 * unpack 'n', $lane;
        return map { (entry($lane, 90 + $_, $base + $_), stamp($base + $_)) }
               @n;
    };

    is_deeply heads(before => $before, each => 3),
        [ '', $of->("\0\1", 1 .. 3), $of->("\0\2", 1 .. 3),
          entry($LANE_SESSIONS, 99, 7), stamp(7) ],
        'each lane - its oldest entries, with their rows';
    is_deeply heads(before => $before, each => 100),
        [ '', $of->("\0\1", 1 .. 9), $of->("\0\2", 1 .. 9),
          entry($LANE_SESSIONS, 99, 7), stamp(7) ],
        'before - neither the entry of that time nor later ones';
    is_deeply heads(before => $before, each => 1, lanes => 2),
        [ "\0\2", $of->("\0\1", 1), $of->("\0\2", 1) ],
        'so many lanes - it says where to go on';
    is_deeply heads(before => $before, each => 1, lanes => 2,
                    after => "\0\2"),
        [ '', entry($LANE_SESSIONS, 99, 7), stamp(7) ], 'and goes on';
    is_deeply heads(before => key(0)), [ '' ], 'nothing due - nothing';
    is_deeply heads(before => $before, each => 1, to => "\0\2"),
        [ '', $of->("\0\1", 1) ], 'the lane at which it ends - nothing of it';
    is_deeply heads(before => key(92), later => key(100), each => 100,
                    to => "\0\2"),
        [ '', $of->("\0\1", 1, 10) ],
        'a clock that was ahead - what is due too late is due now';
    is_deeply heads(before => key(93), later => key(98), each => 3,
                    to => "\0\2"),
        [ '', $of->("\0\1", 1, 2, 8) ], 'and counts as the others do';
    is_deeply heads(before => $before, later => key(98), each => 3,
                    to => "\0\2"),
        [ '', $of->("\0\1", 1 .. 3) ], 'which come first';

    $client->call('DEL', record(11));
    is_deeply heads(before => $before, lanes => 1, each => 2),
        [ "\0\1", entry("\0\1", 91, 11), undef, $of->("\0\1", 2) ],
        'an entry without a row - it comes without';

    $client->call('HSET', record(11), 'field', 'value');
    is_deeply heads(before => $before, lanes => 1, each => 2),
        [ "\0\1", entry("\0\1", 91, 11), '', $of->("\0\1", 2) ],
        'a key of another type - is an empty row, and hides no other';

    $client->call('SET', record(11), 'x' x 100);
    is_deeply heads(before => $before, lanes => 1, each => 1),
        [ "\0\1", entry("\0\1", 91, 11), 'x' x 100 ],
        'the longest row - it comes as a whole';
    $client->call('SET', record(11), 'x' x 5_000_000);
    is_deeply heads(before => $before, lanes => 1, each => 2),
        [ "\0\1", entry("\0\1", 91, 11), 'x' x 101, $of->("\0\1", 2) ],
        'a longer one - it is cut behind the first byte too many';

    forget();
    is_deeply heads(before => $before), [ '' ], 'no index - nothing';
};

subtest 'one scan at a time' => sub {
    forget();

    is_deeply heads(who => 'A', span => $HOUR), [ '' ], 'A scans';
    is heads(who => 'B', span => $HOUR), undef, 'B does not meanwhile';
    is_deeply heads(who => 'A', span => $HOUR), [ '' ],
        'A begins again - as one who was not told that it has begun';
    is_deeply heads(), [ '' ], 'A goes on';

    forget();
    heads(who => 'A', span => 50);
    ok wait_until(sub { heads(who => 'B', span => $HOUR) }),
        'the span is over - B scans';
};

$valkey->stop;

# WAIT looks at what its own connection has written.

subtest 'the mark of a turn' => sub {
    my $pair = start_valkey(replicas => 1);
    my ($replica) = $pair->replicas;
    my $ms = 10_000;
    my $turn = sub {
        [ $pair->primary->client->pipeline(@_, [ 'WAIT', 1, $ms ]) ];
    };

    $pair->primary->call('SET', 'wa:mark', '');
    is_deeply $turn->(['PEXPIRE', 'wa:mark', $HOUR]), [ 1, 1 ],
        'a replica that follows - the turn is confirmed';

    $replica->pause;
    $ms = 50;
    is_deeply $turn->(), [ 1 ],
        'one that does not, and no mark - WAIT counts it all the same';

    $pair->primary->call('CONFIG', 'SET', 'maxmemory', 1);
    like ${ $turn->(['SET', 'wa:mark', ''])->[0] }, qr/^OOM /,
        'no memory - SET is no mark';
    is_deeply $turn->(['PEXPIRE', 'wa:mark', $HOUR]), [ 1, 0 ],
        'PEXPIRE is, and the turn is not confirmed';
    is_deeply $turn->(['PEXPIRE', 'wa:none', $HOUR])->[0], 0,
        'the mark has gone - it says so';

    $pair->stop;
};

subtest 'a user who may do only what is needed' => sub {
    my $narrow = start_valkey(acl => 1);

    $tag = $TAGS[0];
    $client = $narrow->primary->client(user => 'whatsauth',
        password => $PASSWORD);
    load();

    is_deeply issue([ 1 ], pages => 1, waiting_limit => 9), [ 1 ],
        'a new code';
    is_deeply issue([ 1 ], pages => 1), [ stamp(1) . 1 ], 'written before';
    is commit(record(2), value => stamp(1)), 1, 'a new row';
    is commit(record(1), stamp => stamp(1), value => stamp(2), app => 'shop',
              waiting => -1, pages => -1, until => 4_000_000_000_000,
              leaves => entry($LANE_TIME, 50, 1), channel => "${tag}told",
              session_key => session(1), session => stamp(2),
              session_entry => entry($LANE_SESSIONS, 1, 1)), 1,
        'everything that a commit does';
    is commit(record(1), stamp => stamp(2)), 1, 'a row that goes';
    is_deeply heads(who => 'A', before => key(2)),
        [ '', entry($LANE_SESSIONS, 1, 1), stamp(2) ], 'due work';

    $tag = 'other:{x}:';
    like $client->error(commit_words(record(1), value => stamp(1))),
        qr/^NOPERM /, 'keys of others';

    $narrow->stop;
};

subtest 'a cluster' => sub {
    my $cluster = start_valkey(cluster => 3, node_timeout => 60_000);
    my (%server, $last);

    for (@TAGS) {
        $tag = $_;
        my $any = $cluster->primary(0);
        my $slot = $any->call('CLUSTER', 'KEYSLOT', record(1));
        my $server = $cluster->primary($slot);

        $server{$server->address} = 1;
        $last = $server;
        $client = $server->client;
        load();

        is_deeply issue([ 1 ]), [ 1 ], "$tag - a new code";
        is commit(record(1), stamp => stamp(1), value => stamp(2),
                  leaves => entry($LANE_TIME, 50, 1), channel => "${tag}told",
                  session_key => session(1), session => stamp(2),
                  session_entry => entry($LANE_SESSIONS, 1, 1)), 1,
            'with a session';
        is_deeply heads(who => 'A', before => key(2)),
            [ '', entry($LANE_SESSIONS, 1, 1), stamp(2) ], 'due work';
    }

    is scalar(keys %server), 3, 'on three servers';

    my ($elsewhere) = grep { $_->address ne $last->address }
                      $cluster->servers;
    $elsewhere->call('SCRIPT', 'LOAD', $source{commit});
    like $elsewhere->client->error(commit_words(record(2))), qr/^MOVED /,
        'on the wrong one - it names the right one';
    like $client->error('EVALSHA', $sha{commit}, 2, $TAGS[0] . 'r:x',
                        $TAGS[1] . 'due'), qr/^CROSSSLOT /,
        'keys of two partitions - refused';

    $cluster->stop;
};

done_testing;
