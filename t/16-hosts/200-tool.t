# whatsauth-store looks into a store in Valkey or Redis: the same lines as of a
# store on this machine, each damage is told, and whatever it cannot read ends
# it with a sentence.  Its user may do nothing but read.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use POSIX ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Certificates;
use Test::WhatsAuth::Files qw( read_file write_file );
use Test::WhatsAuth::Valkey;
use Test::WhatsAuth::ValkeyProxy;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

# The rights of a user who may only look, as the document has them.
my ($LOOK) = read_file("$TOP/docs/HOSTS.md") =~ /^user look on (.+)$/m;

my $T = 1_790_000_000_000;
my $HOUR = 3_600_000;
my $LANE_KEPT = 1 + 2 * 16384;
my $LANE_SESSIONS = $LANE_KEPT + 256;

my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";
my @TAGS = read_file("$TOP/valkey_store/slot.c") =~ /"(\w\w)"/g;
my $password = slot_folder() . '/password';
write_file($password, "$PASSWORD\n");

my $stamps = 0;
my ($valkey, $client);


# Bytes as the ledger has them: see ledger/row.h and valkey_store/value.h.

sub stamp { return pack 'Q>', ++$stamps }

sub tag { return "wa:{$TAGS[$_[0] % 64]}:" }

sub key { return (($T + $_[0]) << 10) | ($_[1] // $_[0]) % 64 }

sub named { return tag($_[1]) . "$_[0]:" . pack 'Q>', $_[1] }

sub entry { return pack 'nQ>Q>', @_ }

sub texts { return pack('n*', map { length } @_) . join '', @_ }


sub record {
    my ($key, %is) = @_;

    %is = (state => 1, status => 1, flags => 0, lane => 0,
           due_at => $T + $HOUR, expires_at => $T + $HOUR, app => 'demo',
           validated_at => 0, %is);

    return stamp() . pack('C6 n3 Q>5', @is{qw( state status )}, 0, 1,
        $is{flags}, 0, 7, $is{lane}, 0, $is{due_at}, $T, $is{expires_at},
        $is{validated_at}, 0xfeed)
        . texts($is{app}, ('') x 6);
}


sub session {
    my ($key, %is) = @_;

    %is = (app => 'demo', number => '56911111111', stands_at => $T + $HOUR,
           %is);

    return stamp() . pack('C Q>5', 0, $T, $T, $T + 12 * $HOUR, $HOUR,
                          $is{stands_at})
        . 'd' x 16 . texts(@is{qw( app number number )}, 'Jo', '', '');
}


sub subject {
    my (@sessions) = @_;

    return stamp() . pack('Q>2', $T, 0) . 's' x 16
        . pack('C2', 0, scalar @sessions)
        . join '', map { pack 'Q>2', $_, $T } @sessions;
}


sub crc16 {
    my $crc = 0;

    for my $byte (unpack 'C*', $_[0]) {
        $crc ^= $byte << 8;
        $crc = ($crc << 1 ^ ($crc & 0x8000 ? 0x1021 : 0)) & 0xffff for 1 .. 8;
    }

    return $crc;
}

sub person {
    my ($kind, $app, $text) = @_;

    my $name = chr(length $app) . $app . $text;

    return tag(int((crc16($name) % 16384) / 256)) . "$kind:$name";
}


# To the server that has the key; a cluster has several.

sub call {
    my ($verb, $key, @words) = @_;

    my $reply = eval { $client->call($verb, $key, @words) };
    return $reply unless $@ =~ /MOVED (\d+)/;

    return $valkey->primary($1)->call($verb, $key, @words);
}


# A store as nginx leaves it: two codes that wait, one of them of a page; one
# with a callback to do; one that is kept, and a login with its session.

my ($waiting, $page, $due, $kept, $login) = map { key($_) } 1 .. 5;
my $ended = key(6);
my $subject = person('u', 'demo', '56911111111');

sub fill {
    my ($prefix) = @_;

    call('SET', tag(0) . 'meta', 'whatsauth' . pack('n2', 1, 64)
         . 'a' x 16 . 'b' x 16 . 'c' x 16);

    for my $key ($waiting, $page) {
        call('SET', named('r', $key),
             record($key, flags => $key == $page ? 0x40 : 0));
        call('ZADD', tag($key) . 'due', 0, entry(0, $T + $HOUR, $key));
        call('HINCRBY', tag($key) . 'apps', 'wdemo', 1);
    }
    call('HINCRBY', tag($page) . 'apps', 'pdemo', 1);

    call('SET', named('r', $due), record($due, state => 2, status => 2,
         lane => 8, due_at => $T + 5, validated_at => $T + 4));
    call('ZADD', tag($due) . 'due', 0, entry(8, $T + 5, $due));

    for my $key ($kept, $login) {
        call('SET', named('r', $key), record($key, state => 3, status => 2,
             lane => $LANE_KEPT, due_at => 4_000_000_000_000,
             validated_at => $T + 4));
        call('PEXPIREAT', named('r', $key), 4_000_000_000_000);
    }

    call('SET', $subject, subject($login));
    call('SET', named('s', $login), session($login));
    call('ZADD', tag($login) . 'due', 0,
         entry($LANE_SESSIONS, $T + $HOUR, $login));
    call('SET', named('s', $ended), stamp(), 'PX', $HOUR);

    call('SET', person('a', 'demo', 'u-1'), pack('Q>', $waiting), 'PX', $HOUR);
    call('SET', tag($_) . 'mark', '') for 0, 20, 40, 60;
}


sub tool {
    my ($verb, @arguments) = @_;

    my $said = join '', map { "'$_' " } $verb, @arguments;
    $said = `$tool $said 2>&1`;

    return $said, $? >> 8;
}


sub said {
    my ($said, $status) = tool(@_);

    return "$status $said";
}


# damaged(NAME, FAULTS, ...): the faults are told, and after undo none is.

my @place;

sub damaged {
    my ($what, $faults, $undo) = @_;

    my ($said, $status) = tool('check', @place);

    is_deeply [ sort split /\n/, $said ],
        [ sort((map { "fault: $_" } @$faults), @$faults . ' faults') ],
        "check - $what";
    is $status, 1, 'with its exit status';

    $undo->();
}


subtest 'one server' => sub {
    $valkey = start_valkey();
    $client = $valkey->primary->client;
    @place = ('valkey://' . $valkey->primary->address);

    like said('dump', @place),
        qr/^2 whatsauth-store: there is no store with the prefix "wa"$/,
        'no store - it says so';

    fill();

    my ($said, $status) = tool('dump', @place);
    is $status, 0, 'dump - succeeds';

    my @lines = map { JSON::PP::decode_json($_) } split /\n/, $said;
    is_deeply [ map { $_->{key} // $_->{session} // $_->{subject} } @lines ],
        [ $waiting, $page, $due, $kept, $login, $login, '+56911111111' ],
        'dump - records, sessions, subjects, each in order';
    like $said, qr/^\{"key":\d+,"id":"[0-9a-f-]{36}","code":"[0-9a-f]{10}",
        "app":"demo","state":"waiting","status":"expired","error":null,
        "channel":"whatsapp","attempts":0,"refusals":0,/x,
        'with the keys that they always have';
    is_deeply [ map { $lines[1]{$_} } qw( page lane link_hash ) ],
        [ JSON::PP::true, 0, '000000000000feed' ], 'and values';
    is_deeply $lines[6]{sessions}, [ $login ], 'dump - sessions of a person';

    is said('check', @place), "0 ok\n", 'check - a sound store';

    ($said, $status) = tool('stat', @place);
    my $stat = JSON::PP::decode_json($said);
    is_deeply [ @$stat{qw( records waiting messages sessions subjects due
                           primaries last_key )} ],
        [ 5, 2, 0, 1, 1, 4, 1, $login ], 'stat - counts';
    is_deeply $stat->{apps}, { demo => { waiting => 2, pages => 1,
        sessions => 1, bytes => $stat->{bytes} } }, 'stat - each app';
    cmp_ok $stat->{used_memory}, '>', 100_000, 'stat - the server';
};

# Any one of these can happen to a store; the check does not stop at the first.

subtest 'damage' => sub {
    my $name = named('r', $waiting);
    my $value = call('GET', $name);
    my $at = entry(0, $T + $HOUR, $waiting);
    my $partition = $waiting % 64;

    call('SET', $name, substr $value, 0, 60);
    damaged('a record is cut', [ "record $waiting cannot be read",
        "app \"demo\" has 0 waiting codes in partition $partition, but 1 are"
        . ' counted' ], sub { call('SET', $name, $value) });

    call('DEL', $name);
    damaged('a record has gone', ["the index names record $waiting, which does"
        . ' not exist' ], sub { call('SET', $name, $value) });

    call('SET', $name, record($waiting, status => 2));
    damaged('a record that waits, and is validated',
        ["record $waiting contradicts itself"],
        sub { call('SET', $name, $value) });

    call('PEXPIREAT', $name, 4_000_000_000_000);
    damaged('a code that waits would be removed',
        ["the server removes record $waiting, which is not over"],
        sub { call('PERSIST', $name) });

    call('ZREM', tag($waiting) . 'due', $at);
    damaged('an entry has gone', [ "record $waiting is missing in the index",
        "app \"demo\" has 0 waiting codes in partition $partition, but 1 are"
        . ' counted' ],
        sub { call('ZADD', tag($waiting) . 'due', 0, $at) });

    my $wrong = entry(9, $T, $waiting);
    call('ZADD', tag($waiting) . 'due', 0, $wrong);
    damaged('a second entry',
        ["the index has record $waiting in a wrong place"],
        sub { call('ZREM', tag($waiting) . 'due', $wrong) });

    call('ZADD', tag($waiting) . 'due', 0, 'x');
    damaged('an entry that is none', ['an entry of the index cannot be read'],
        sub { call('ZREM', tag($waiting) . 'due', 'x') });

    call('HINCRBY', tag($waiting) . 'apps', 'wdemo', 2);
    damaged('a count is wrong', ["app \"demo\" has 1 waiting codes in partition"
        . " $partition, but 3 are counted"],
        sub { call('HINCRBY', tag($waiting) . 'apps', 'wdemo', -2) });

    call('HSET', tag(9) . 'apps', 'pother', -1);
    damaged('a count of codes that never were', ['app "other" has 0 waiting'
        . ' codes of pages in partition 9, but -1 are counted'],
        sub { call('DEL', tag(9) . 'apps') });

    call('HSET', tag(9) . 'apps', 'wdemo', 'many');
    damaged('a count that is no number', ['the counts of partition 9 cannot be'
        . ' read'], sub { call('DEL', tag(9) . 'apps') });

    call('PERSIST', named('r', $kept));
    damaged('a record that would stay for ever',
        ["the server never removes record $kept, which is over"],
        sub { call('PEXPIREAT', named('r', $kept), 4_000_000_000_000) });

    for my $moved (-59_000, 59_000) {
        call('PEXPIREAT', named('r', $kept), 4_000_000_000_000 + $moved);
        is [ tool('check', @place) ]->[0], "ok\n",
            "check - a record that has moved, by $moved ms";
    }

    call('PEXPIREAT', named('r', $kept), 4_000_000_061_000);
    damaged('a record with another end',
        ["the server removes record $kept at a wrong time"],
        sub { call('PEXPIREAT', named('r', $kept), 4_000_000_000_000) });

    my $sessions = call('GET', $subject);
    call('SET', $subject, subject());
    damaged('a subject without its session',
        ["session $login is missing in its subject"],
        sub { call('SET', $subject, $sessions) });

    call('SET', $subject, subject($login, key(99)));
    is said('check', @place), "0 ok\n",
        'a subject with a session that never began - no fault';

    call('SET', $subject, substr $sessions, 0, -1);
    damaged('a subject is cut', [ 'a subject cannot be read',
        "session $login is missing in its subject" ],
        sub { call('SET', $subject, $sessions) });

    my $other = person('u', 'demo', '56922222222');
    call('SET', $other, subject($login));
    damaged('a session of somebody else',
        ["a subject names session $login, which it does not have"],
        sub { call('DEL', $other) });

    my $row = call('GET', named('s', $login));
    call('SET', named('s', $login), $row . 'x');
    damaged('a session with a byte too many', [
        "session $login cannot be read" ],
        sub { call('SET', named('s', $login), $row) });

    call('SET', named('s', $login), session($login, stands_at => $T + 9));
    damaged('a session that stands elsewhere', [
        "session $login is missing in the index",
        "the index has session $login in a wrong place" ],
        sub { call('SET', named('s', $login), $row) });

    call('PERSIST', named('s', $ended));
    damaged('a session that has ended would stay for ever',
        ["the server never removes session $ended, which is over"],
        sub { call('PEXPIRE', named('s', $ended), $HOUR) });

    call('SET', person('a', 'demo', 'u-1'), 'short');
    damaged('a pointer is cut', ['whom a user was asked by cannot be read'],
        sub { call('SET', person('a', 'demo', 'u-1'), pack('Q>', $waiting),
                   'PX', $HOUR) });

    call('SET', "wa:{$TAGS[1]}:r:\0\e[2J", 'x');
    damaged('a key that nobody uses', ["the key \"wa:{$TAGS[1]}:r:\\x00\\x1b[2J"
        . '" is none of a store'],
        sub { call('DEL', "wa:{$TAGS[1]}:r:\0\e[2J") });

    call('DEL', $name);
    call('LPUSH', $name, 'x');
    damaged('a list in the place of a record', [
        "record $waiting cannot be read",
        "app \"demo\" has 0 waiting codes in partition $partition, but 1 are"
        . ' counted' ], sub {
            is said('dump', @place), "2 whatsauth-store: record $waiting"
                . " cannot be read: \"whatsauth-store check\" tells more\n",
                'dump - ends with it';
            call('SET', $name, $value);
        });

    is said('check', @place), "0 ok\n", 'mended - no fault';

    my $meta = call('GET', tag(0) . 'meta');
    call('SET', tag(0) . 'meta', 'whatsauth' . pack('n2', 2, 64));
    like said('check', @place),
        qr/^2 .*a version of this module that is not known here$/,
        'another schema - it says so';
    call('SET', tag(0) . 'meta', 'x');
    like said('check', @place), qr/^2 .*"meta" is damaged$/,
        'a damaged one - likewise';
    call('SET', tag(0) . 'meta', $meta);

    $valkey->stop;
};

# Its user may only look: a server refuses all else.

my @user = ('user look on ' . $LOOK =~ s/>PASSWORD/>$PASSWORD/r);

subtest 'TLS, and a user who may only look' => sub {
    my $authority = make_certificates();

    $valkey = start_valkey(tls => $authority, acl => 1, lines => \@user);
    $client = $valkey->primary->client;
    fill();

    my $url = 'valkeys://' . $valkey->primary->address;
    my @user = ('user=look', "password=file:$password");
    my @trust = 'trusted_certificate=' . $authority->file;

    is said('check', $url, @user, @trust), "0 ok\n", 'check - a sound store';
    like said('stat', $url, @user, @trust), qr/^0 \{"records":5,/, 'stat';
    like said('dump', $url, @user, @trust), qr/^0 \{"key":$waiting,/, 'dump';

    {
        local $ENV{WHATSAUTH_STORE_PASSWORD} = $PASSWORD;
        is said('check', $url, 'user=look', @trust), "0 ok\n",
            'the password in the environment - it is taken';
    }

    my $other = make_certificates(slot_folder() . '/other');

    for (['an authority that the system does not know', [ @user ],
          qr/the certificate is refused: self.signed certificate/],
         ['another authority', [ @user, 'trusted_certificate='
          . $other->file ], qr/the certificate is refused: /],
         ['no user', [ @trust ], qr/refuses INFO: NOAUTH /],
         ['a user who may do nothing', [ 'user=default',
          "password=file:$password", @trust ], qr/refuses AUTH: WRONGPASS /],
         ['a wrong password', [ 'user=look', 'password=file:'
          . $authority->file, @trust ], qr/refuses AUTH: WRONGPASS /],
         ['a prefix of others', [ @user, @trust, 'prefix=other' ],
          qr/refuses GET: NOPERM /])
    {
        my ($what, $arguments, $sentence) = @$_;
        my $said = said('check', $url, @$arguments);

        like $said, qr/^2 whatsauth-store: .*$sentence.*\n\z/, $what;
        unlike $said, qr/$PASSWORD/, 'without the password';
    }

    my $name = $url =~ s/127\.0\.1\.\d+/localhost/r;
    like said('check', $name, @user, @trust), qr/^2 .*Connection refused$/,
        'a name that leads elsewhere';
    like said('check', $url =~ s/valkeys/valkey/r, @user),
        qr/^2 .*(?:the connection was closed|reset by peer)$/,
        'without TLS - the server ends it';

    $valkey->stop;
    like said('check', $url, @user, @trust), qr/^2 .*Connection refused$/,
        'a server that has ended - it says so';
};

subtest 'a certificate of another name' => sub {
    my $authority = make_certificates(slot_folder() . '/named');
    my $server = start_valkey(tls => $authority, certificate =>
        [ $authority->issue('valkey.test') ]);

    like said('check', 'valkeys://' . $server->primary->address,
              'trusted_certificate=' . $authority->file),
        qr/^2 .*the certificate is refused: .*mismatch$/, 'it is refused';
    $server->stop;
};

subtest 'a server without TLS' => sub {
    my $server = start_valkey();

    like said('check', 'valkeys://' . $server->primary->address),
        qr/^2 whatsauth-store: .* port \d+: no answer in time$/,
        'a URL with TLS - it says so';
    $server->stop;
};

subtest 'a cluster' => sub {
    $valkey = start_valkey(cluster => 3, replicas => 1, acl => 1,
        lines => \@user, node_timeout => 60_000);
    $client = $valkey->primary->client;
    fill();

    my @servers = $valkey->servers;
    my @user = ('user=look', "password=file:$password");

    @place = ('valkey://' . $servers[1]->address, @user);

    is said('check', @place), "0 ok\n", 'check - a sound store';
    my ($said) = tool('stat', @place);
    my $stat = JSON::PP::decode_json($said);
    is_deeply [ @$stat{qw( records sessions subjects due primaries )} ],
        [ 5, 1, 1, 4, 3 ], 'stat - of all servers';
    is_deeply [ map { JSON::PP::decode_json($_)->{key} // () } split /\n/,
                (tool('dump', @place))[0] ],
        [ $waiting, $page, $due, $kept, $login ],
        'dump - in the order of keys, wherever they are';

    my $replica = ($valkey->replicas(0))[0];
    is said('check', 'valkey://' . $replica->address, @user), "0 ok\n",
        'a replica - it names the primaries';
    is said('check', 'valkey://127.0.1.254,' . $servers[2]->address, @user),
        "0 ok\n", 'one host is away - another one is asked';

    # The slot of a record is on its way from one server to another, and its
    # key is there already.

    my $slot = $valkey->primary->call('CLUSTER', 'KEYSLOT',
                                      named('r', $kept));
    my $from = $valkey->primary($slot);
    my ($to) = grep { $_ != $from && $_->call('ROLE')->[0] eq 'master' }
               $valkey->servers;

    $to->call('CLUSTER', 'SETSLOT', $slot, 'IMPORTING',
              $from->call('CLUSTER', 'MYID'));
    $from->call('CLUSTER', 'SETSLOT', $slot, 'MIGRATING',
                $to->call('CLUSTER', 'MYID'));
    $from->call('MIGRATE', $to->{host}, $to->{port}, named('r', $kept), 0,
                10_000, 'AUTH2', 'admin', 'admin');

    is_deeply [ map { JSON::PP::decode_json($_)->{key} // () } split /\n/,
                (tool('dump', @place))[0] ],
        [ $waiting, $page, $due, $kept, $login ],
        'a slot that moves - the record is found where it is';

    my ($lost) = $valkey->primary(0);
    $_->kill for $lost, $valkey->replicas(0);
    like said('check', @place), qr/^2 .*Connection refused$/,
        'a primary is away - it says so';

    $valkey->stop;
};

subtest 'Sentinel' => sub {
    $valkey = start_valkey(replicas => 1, sentinels => 3);
    $client = $valkey->primary->client;
    fill();

    my $sentinels = join ',', map { $_->address } $valkey->sentinels;

    is said('check', "valkey+sentinel://$sentinels?name=wa"), "0 ok\n",
        'the primary is found';
    like said('check', "valkey+sentinel://$sentinels?name=other"),
        qr/^2 .* knows no primary "other"$/, 'an unknown name - it says so';
    $_->client->call('ACL', 'SETUSER', 'default', 'resetpass', ">$PASSWORD")
        for $valkey->primary, $valkey->sentinels;
    like said('check', "valkey+sentinel://$sentinels?name=wa"),
        qr/^2 .* refuses SENTINEL: NOAUTH /,
        'a Sentinel with a password - refused without';
    is said('check', "valkey+sentinel://$sentinels?name=wa",
            "password=file:$password"), "0 ok\n", 'with it - the primary';
    $_->client(user => 'default', password => $PASSWORD)
        ->call('ACL', 'SETUSER', 'default', 'nopass') for $valkey->servers;

    like said('check', 'valkey://' . join ',', map { $_->address }
              $valkey->servers),
        qr/^2 .* is not one of a cluster, and the URL has several hosts$/,
        'several hosts without Sentinel or cluster - it says so';

    $valkey->stop;
};

# Another process changes rows all the time, as nginx does: each commit is one
# step.  A first look sees many rows without their entries.

sub commit {
    my ($to, @commands) = @_;

    $to->pipeline(['MULTI'], @commands, ['EXEC']);
}


sub write_for_ever {
    my ($to) = @_;

    my ($n, @keys) = (1000);

    for (;;) {
        my $key = key($n++, int rand 64);
        my ($tag, $row) = (tag($key), named('r', $key));
        my $at = $T + $HOUR + int rand 1000;
        my $entry = entry(0, $at, $key);
        my $person = person('u', 'demo', "5690000$n");

        commit($to,
            ['SET', $row, record($key, due_at => $at, expires_at => $at)],
            ['ZADD', "${tag}due", 0, $entry],
            ['HINCRBY', "${tag}apps", 'wdemo', 1]);

        push @keys, [ $key, $entry ];
        next if @keys < 200;

        ($key, $entry) = @{ splice @keys, rand @keys, 1 };
        ($tag, $row) = (tag($key), named('r', $key));
        my $later = entry(8, $T + 7, $key);

        commit($to,
            ['SET', $row, record($key, state => 2, status => 2, lane => 8,
                                 due_at => $T + 7, validated_at => $T)],
            ['ZADD', "${tag}due", 0, $later], ['ZREM', "${tag}due", $entry],
            ['HINCRBY', "${tag}apps", 'wdemo', -1]);
        commit($to,
            ['SET', $row, record($key, state => 3, status => 2,
                lane => $LANE_KEPT, due_at => 4_000_000_000_000,
                validated_at => $T), 'PXAT', 4_000_000_000_000],
            ['ZREM', "${tag}due", $later]);

        # A session begins after its subject has it, and ends before.
        my $session = named('s', $key);
        my @stands = map { entry($LANE_SESSIONS, $T + $_, $key) } 8, 9;
        my @number = (number => "5690000$n");

        $to->call('SET', $person, subject($key));
        commit($to,
            ['SET', $session, session($key, @number, stands_at => $T + 8)],
            ['ZADD', "${tag}due", 0, $stands[0]]);
        commit($to,
            ['SET', $session, session($key, @number, stands_at => $T + 9)],
            ['ZADD', "${tag}due", 0, $stands[1]],
            ['ZREM', "${tag}due", $stands[0]]);
        commit($to, ['SET', $session, stamp(), 'PX', $HOUR],
            ['ZREM', "${tag}due", $stands[1]]);
        $to->pipeline(['DEL', $person], ['DEL', $row], ['DEL', $session]);
    }
}


subtest 'a store that changes' => sub {
    $valkey = start_valkey(lines => ['appendonly no']);
    $client = $valkey->primary->client;
    @place = ('valkey://' . $valkey->primary->address);
    fill();

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        eval { write_for_ever($valkey->primary->client) };
        POSIX::_exit(0);
    }

    ok wait_until(sub { $client->call('DBSIZE') > 300 }), 'nginx writes';

    my %said;
    $said{ said('check', @place) }++ for 1 .. 30;
    is_deeply \%said, { "0 ok\n" => 30 },
        'check, thirty times - no fault is told';

    my ($said, $status) = tool('dump', @place);
    is $status, 0, 'dump - succeeds';
    my @keys = map { JSON::PP::decode_json($_)->{key} // () } split /\n/,
               $said;
    is_deeply \@keys, [ sort { $a <=> $b } @keys ], 'in order';

    call('HINCRBY', tag($kept) . 'apps', 'wdemo', 1);
    call('PERSIST', named('r', $kept));
    ($said, $status) = tool('check', @place);
    like $said, qr/^fault: the server never removes record $kept, which is /m,
        'check - but one that stays is told';
    like $said, qr/^fault: app "demo" has \d+ waiting codes in partition /m,
        'also a count that is wrong';
    like $said, qr/^2 faults$/m, 'and nothing else';

    kill 'KILL', $pid;
    waitpid $pid, 0;
    $valkey->stop;
};

# A store of one code, behind a server that lies.

subtest 'replies of all kinds' => sub {
    $valkey = start_valkey();
    $client = $valkey->primary->client;

    call('SET', tag(0) . 'meta', 'whatsauth' . pack('n2', 1, 64) . 'k' x 48);
    call('SET', named('r', $waiting), record($waiting));
    call('ZADD', tag($waiting) . 'due', 0, entry(0, $T + $HOUR, $waiting));
    call('HSET', tag($waiting) . 'apps', 'wdemo', 1);

    my $proxy = Test::WhatsAuth::ValkeyProxy->start($valkey->primary);
    my $check = sub { said('check', 'valkey://' . $proxy->address) };
    my $value = call('GET', named('r', $waiting));
    my $other = stamp() . substr $value, 8;

    is $check->(), "0 ok\n", 'the truth - no fault';

    $proxy->fault(on => 'ZSCORE', reply => '$-1', times => 1);
    is $check->(), "0 ok\n",
        'an entry is missing at the first look alone - no fault';
    is $proxy->used, 1, 'which was so';
    $proxy->heal;

    # GET of "meta", and of the record at both looks, is the third one.
    $proxy->fault(on => 'ZSCORE', reply => '$-1', times => 2);
    is $check->(), "1 fault: record $waiting is missing in the index\n"
        . "1 faults\n", 'at both looks - a fault';
    $proxy->heal;

    $proxy->fault(on => 'ZSCORE', reply => '$-1', times => 2);
    $proxy->fault(on => 'GET', after => 3, times => 1,
        reply => '$' . length($other) . "\r\n$other");
    is $check->(), "0 ok\n",
        'at both looks, and the row has changed meanwhile - no fault';
    $proxy->heal;

    # A session has ended when its subject is read, and again.
    call('SET', named('s', $login), session($login));
    call('SET', $subject, subject($login));
    call('ZADD', tag($login) . 'due', 0,
         entry($LANE_SESSIONS, $T + $HOUR, $login));

    $proxy->fault(on => 'GET', after => 5, reply => '$-1');
    is $check->(), "0 ok\n", 'a session ends meanwhile - no fault';
    $proxy->heal;

    $proxy->fault(on => 'GET', after => 5, reply => '$-1', times => 1);
    is $check->(), "0 ok\n", 'its subject is gone at one look - no fault';
    $proxy->heal;

    for my $error (qw( LOADING CLUSTERDOWN TRYAGAIN )) {
        $proxy->fault(on => 'GET', error => $error, times => 2);
        is $check->(), "0 ok\n", "$error - asked again";
        $proxy->heal;
    }

    $proxy->fault(on => 'SCAN', error => 'NOPERM');
    like $check->(), qr/^2 .* refuses SCAN: NOPERM /, 'NOPERM - it says so';
    $proxy->heal;

    $proxy->fault(on => 'GET', after => 1, more => ':0');
    like $check->(), qr/^2 .*: it sends more than replies$/,
        'a reply too many - it ends';
    $proxy->heal;

    for my $bytes ('!', '$-2', ':x', ':1', '*-1', '*2\r\n:1\r\n:1') {
        $proxy->fault(on => 'SCAN', reply => $bytes =~ s/\\r\\n/\r\n/gr);
        like $check->(), qr/^2 .*: (?:it does not speak RESP|an odd reply .*)$/,
            "$bytes - it ends";
        $proxy->heal;
    }

    for my $n (0, 1, 5) {
        $proxy->fault(on => 'GET', keep => $n, then => 'close');
        like $check->(), qr/^2 .*: the connection was closed$/,
            "$n bytes of a reply, and the end - it says so";
        $proxy->heal;
    }

    $proxy->stop;
    $valkey->stop;
};

subtest 'arguments' => sub {
    my $url = 'valkey://127.0.1.254';

    for (['file://x', 'is not a URL of valkey'],
         ["valkey://me:$PASSWORD\@127.0.1.254", 'must have no user'],
         ['valkey://127.0.1.254/0', 'must have no path'])
    {
        my ($wrong, $sentence) = @$_;
        my $said = said('check', $wrong);

        like $said, qr/^2 whatsauth-store: ".*" $sentence/, $sentence;
        unlike $said, qr/$PASSWORD/, 'without a password';
    }

    for ([ "password=$PASSWORD", qr/^password= must be file:FILE, or /],
         [ "pasword=$PASSWORD", qr/^pasword: no such argument$/],
         [ 'user=', qr/^user= has no name$/],
         [ 'user=look', qr/^user= needs a password$/],
         [ 'prefix=a:b', qr/^prefix= must be 1 to 32 /],
         [ "password=file:$password-missing", qr/No such file/],
         [ 'password=file:/dev/null', qr/must be a regular file/],
         [ 'trusted_certificate=x', qr/needs a URL with TLS$/])
    {
        my ($argument, $sentence) = @$_;
        my ($said, $status) = tool('check', $url, $argument);

        is $status, 2, "$argument - refused";
        $said =~ s/^whatsauth-store: //;
        like $said, $sentence, 'with a sentence';
        unlike $said, qr/$PASSWORD/, 'without a password';
    }

    like said('check', 'valkeys://127.0.1.254', 'trusted_certificate=/none'),
        qr/^2 .*the certificates in "\/none" cannot be read$/,
        'certificates that are missing';
};

done_testing;
