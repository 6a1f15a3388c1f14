# Watches of a record are called when any process decides it: 10,000 watches in
# two workers, and none lost while nginx is reloaded, workers are killed, and
# another nginx uses the same store.

use strict;
use warnings;

use lib 't/lib';
use List::Util qw( min );
use Test::More;

# A module of the tests watches and counts the calls.

BEGIN {
    my $watch = 'build/ngx_http_whatsauth_door_watch_module.so';

    plan skip_all => 'the modules that are loaded are given'
        if defined $ENV{TEST_NGINX_LOAD_MODULES};
    plan skip_all => "there is no $watch" if !-e $watch;

    $ENV{TEST_NGINX_LOAD_MODULES} = "$ENV{PWD}/build/"
        . "ngx_http_whatsauth_module.so $ENV{PWD}/$watch";
}

use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Time::HiRes qw( sleep time );

my $CODES = 10_000;
my $BATCH = 100;                # messages of one POST, ids of one request

my $called = slot_folder() . '/called';
my $nginx = start_nginx(workers => 2, app => 'callback_on failed;',
    location => 'whatsauth on; client_body_timeout 1h;',
    server => "location /watch/ { door_watch $called; }"
              . 'location = /hold { client_body_timeout 1h;'
              . ' proxy_pass http://127.0.0.1:1; }',
    allow => qr/worker process \d+ exited on signal 9/);

my @waiting = issue($CODES);
is scalar(@waiting), $CODES, "$CODES codes";

my @first = $nginx->workers;
my @ids = map { $_->{id} } @waiting;
my $half = $CODES / 2;

watch($first[0], @ids[0 .. $half - 1]);
watch($first[1], @ids[$half .. $CODES - 1]);
is scalar(calls()), 0, 'watch - nothing is called before it is decided';

# Alternately of one half and the other: each worker decides what the other
# watches.

@waiting = map { @waiting[$_, $half + $_] } 0 .. $half - 1;
my @decided;

decide(4000);
is wait_for_calls(), 0, 'watch - two workers, 4000 messages, no call is lost';
is scalar(grep { $_->{status} ne 'validated' } calls()), 0,
    'each finds the record validated';
is_deeply [ sort keys %{ { map { $_->{pid} => 1 } calls() } } ],
    [ sort @first ], 'both workers are called';
note sprintf 'from the write to the call, ms: median %.1f, p99 %.1f, max %.1f',
    latencies(calls());

# The old workers go on with what they watch, as long as a client holds them.

my @held = map { hold($_) } @first;
$nginx->reload(0);
my %old = map { $_ => 1 } @first;
ok wait_until(sub { 2 == grep { !$old{$_} } $nginx->workers }),
    'reload - new workers come';

decide(3000);
is wait_for_calls(), 0, 'reload - no call of the old workers is lost';

# Each POST without a 200 is repeated, as providers do.

my $kills = 0;

for my $part (1 .. 10) {
    decide(200, sub {
        my ($victim) = grep { !$old{$_} } $nginx->workers;
        $kills += kill 'KILL', $victim if $victim;
    });
}

ok $kills >= 10, "kill - $kills of the workers that commit are killed";
is wait_for_calls(20), 0, 'kill - no call is lost';
wait_until(sub { 2 == grep { !$old{$_} } $nginx->workers }, 20);

# Another nginx has a ring of its own.

my $watching = $nginx;
$nginx = start_nginx(plain => 1, app => 'callback_on failed; expires 1s;',
    http => 'whatsauth_store ' . $watching->root . '/store;');

decide(1000);
is wait_for_calls(5), 0, 'another nginx - no call is lost';

is scalar(@waiting), 0, 'all codes are decided';
is scalar(calls()), $CODES, 'and each is called once';

# Time decides the code that nobody sends.

my ($late) = issue(1);
$watching->get("/watch/$late->{id}");
push @decided, $late->{id};

is wait_for_calls(10), 0, 'expiry - the watch is called';
is +(calls())[-1]{status}, 'expired', 'and finds the record expired';

done_testing;


sub issue {
    my ($n) = @_;

    my @clients = map { $nginx->client } 1 .. 20;
    my @codes;

    while (@codes < $n) {
        my @busy = @clients[0 .. min(scalar @clients, $n - @codes) - 1];
        $_->send($nginx->issue_request) for @busy;

        for my $answer (map { $_->receive } @busy) {
            push @codes, {
                code => $answer->{json}{code},
                id => $answer->{headers}{'whatsauth-id'},
            };
        }
    }

    return @codes;
}


sub watch {
    my ($worker, @ids) = @_;

    my $client = $nginx->client($worker);

    while (my @some = splice @ids, 0, $BATCH) {
        my $answer = $client->request('GET', '/watch/' . join ',', @some);
        die "watch: $answer->{status}\n" if $answer->{body} != $worker;
    }
}


# Sends messages for so many of the codes; $meanwhile is called in between.

sub decide {
    my ($n, $meanwhile) = @_;

    my @codes = splice @waiting, 0, $n;
    my @bodies;

    push @decided, map { $_->{id} } @codes;

    while (my @some = splice @codes, 0, $BATCH) {
        push @bodies, meta_payload(map { message($_->{code}) } @some);
    }

    while (@bodies) {
        my @sent = map { [ client(), $_ ] } @bodies;
        $_->[0] && $_->[0]->send($nginx->message_request($_->[1])) for @sent;
        $meanwhile->() if $meanwhile;
        $meanwhile = undef;

        @bodies = map { $_->[1] }
                  grep { !$_->[0] || $_->[0]->receive->{status} != 200 } @sent;
    }
}


# undef while no worker listens.

sub client {
    return eval { Test::WhatsAuth::Client->connect($nginx->port) };
}


sub message {
    my ($code) = @_;

    my $from = '56911111111';

    return {
        messaging_product => 'whatsapp',
        metadata => {
            display_phone_number => $PHONE =~ tr/0-9//cdr,
            phone_number_id => '106540352242922',
        },
        contacts => [ { profile => { name => 'x' }, wa_id => $from } ],
        messages => [ {
            from => $from, id => "wamid.$code", timestamp => '' . int(time),
            type => 'text', text => { body => ">>$code<<" },
        } ],
    };
}


# A request whose body never ends keeps its worker.

sub hold {
    my ($worker) = @_;

    my $client = $nginx->client($worker);
    $client->send('POST', '/hold', { 'Content-Length' => 10 }, 'x');

    return $client;
}


sub calls {
    open my $in, '<', $called or die "$called: $!\n";

    return map {
        my %call;
        @call{qw( pid id status since )} = split;
        \%call;
    } <$in>;
}


# The number of decided records whose watches have not been called.

sub wait_for_calls {
    my ($seconds) = @_;

    my %missing;

    wait_until(sub {
        %missing = map { $_ => 1 } @decided;
        delete @missing{map { $_->{id} } calls()};
        !%missing;
    }, $seconds // 5);

    return scalar keys %missing;
}


sub latencies {
    my @since = sort { $a <=> $b } map { $_->{since} / 1000 } @_;

    return map { $since[$_ * $#since] } 0.5, 0.99, 1;
}
