# The proxy that the other suites lie with: it changes nothing until it is told
# to, and each fault is what a client of a real server may meet.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Resp;
use Test::WhatsAuth::Valkey;
use Test::WhatsAuth::ValkeyProxy;
use Time::HiRes qw( time );

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $valkey = start_valkey();
my $server = $valkey->primary;
my $proxy = Test::WhatsAuth::ValkeyProxy->start($server);


sub client {
    return Test::WhatsAuth::Resp->connect(host => $proxy->{host},
        port => $proxy->{port});
}


# Heals the two after the fault that a client has seen.

sub with_fault {
    my ($fault, $function) = @_;

    $proxy->fault(%$fault);
    my $got = $function->(client());
    $proxy->heal;

    return $got;
}


# The bytes that come within a moment, and whether the connection has ended.

sub rest {
    my ($client) = @_;

    my ($bytes, $ended) = ($client->{buffer}, '');
    my $select = IO::Select->new($client->{socket});

    while ($select->can_read(0.3)) {
        sysread $client->{socket}, my $more, 4096 or return "$bytes, ended";
        $bytes .= $more;
    }

    return $bytes;
}

subtest 'without a fault' => sub {
    my $client = client();
    my $big = join '', map { chr } 0 .. 255;

    is $client->call('SET', 'wa:x', $big x 1000), 'OK', 'a large text - set';
    is $client->call('GET', 'wa:x'), $big x 1000, 'and read';
    is_deeply [ $client->pipeline(map { ['INCR', 'wa:n'] } 1 .. 500) ],
        [ 1 .. 500 ], 'many at once - in their order';
    is_deeply $client->call('EVAL', "return {1, {'a', {}}, false, ''}", 0),
        [ 1, [ 'a', [] ], undef, '' ], 'arrays in arrays';
    is $proxy->seen('INCR'), 500, 'it has counted them';

    $client->send('SUBSCRIBE', 'wa:told');
    is_deeply $client->reply, [ 'subscribe', 'wa:told', 1 ], 'subscribed';
    $server->call('PUBLISH', 'wa:told', 'news');
    is_deeply $client->reply, [ 'message', 'wa:told', 'news' ], 'and told';
};

subtest 'replies' => sub {
    $server->call('SET', 'wa:n', 0);

    my $incr = sub { $_[0]->error('INCR', 'wa:n') };

    like with_fault({ on => 'INCR', error => $_ }, $incr), qr/^$_ /,
        "error - $_" for sort keys %Test::WhatsAuth::ValkeyProxy::ERRORS;
    is with_fault({ on => 'INCR', reply => '-MOVED 7 127.0.0.1:1' }, $incr),
        'MOVED 7 127.0.0.1:1', 'another server is named';
    is $server->call('GET', 'wa:n'), 0, 'nothing of that was done';

    is with_fault({ on => 'INCR', done_but => ':7' },
                  sub { $_[0]->call('INCR', 'wa:n') }), 7, 'another reply';
    is $server->call('GET', 'wa:n'), 1, 'this was done';

    is with_fault({ on => 'GET', more => ':9' }, sub {
        $_[0]->send('GET', 'wa:n');
        rest($_[0]) }), "\$1\r\n1\r\n:9\r\n", 'a reply too many';

    is_deeply with_fault({ on => 'INCR', after => 1, times => 1,
                           error => 'OOM' }, sub {
        [ map { ref ? 'error' : $_ }
          $_[0]->pipeline(map { ['INCR', 'wa:n'] } 1 .. 3) ] }),
        [ 2, 'error', 3 ], 'the second of three - the others are as ever';
    is $proxy->used, 1, 'once';

    my $began = time;
    is with_fault({ on => 'GET', delay => 200 },
                  sub { $_[0]->call('GET', 'wa:n') }), 3, 'delay - it comes';
    cmp_ok time - $began, '>=', 0.2, 'but late';
};

subtest 'half of it' => sub {
    $server->call('SET', 'wa:n', 0);

    my $get = sub { $_[0]->send('GET', 'wa:n'); rest($_[0]) };
    my $incr = sub { $_[0]->send('INCR', 'wa:n'); rest($_[0]) };

    is with_fault({ on => 'GET', keep => 3 }, $get), "\$1\r, ended",
        'a part of a reply, and the end';
    is with_fault({ on => 'GET', keep => 3, then => 'silence' }, $get),
        "\$1\r", 'a part of a reply, and silence';
    is with_fault({ on => 'INCR', keep => 0 }, $incr), ', ended',
        'no reply, and the end';
    is $server->call('GET', 'wa:n'), 1, 'it was done';

    for my $part (0, 10, 23) {
        is with_fault({ on => 'INCR', part => $part }, $incr), ', ended',
            "$part bytes of a command, and the end";
    }

    is with_fault({ on => 'INCR', lost => 1 }, $incr), '',
        'a command lost, and silence';
    is $server->call('GET', 'wa:n'), 1, 'none of these was done';
};

subtest 'no way through' => sub {
    my $client = client();

    is $client->call('PING'), 'PONG', 'cut - at first there is a way';
    $proxy->cut;
    ok !eval { $client->call('PING') }, 'then it has ended';
    ok !eval { client()->call('PING') }, 'and there is none for others';
    $proxy->mend;
    is client()->call('PING'), 'PONG', 'mended';

    $client = client();
    $proxy->freeze;
    $client->send('INCR', 'wa:n');
    is rest($client), '', 'frozen - nothing comes, and nothing ends';
    is $server->call('GET', 'wa:n'), 1, 'nor does the server see it';
    $proxy->mend;
    is $client->reply, 2, 'mended - it comes';

    $proxy->drop;
    is rest($client), ', ended', 'dropped - it has ended';
    is client()->call('PING'), 'PONG', 'and others come through';
};

$proxy->stop;
$valkey->stop;

subtest 'a cluster of which each server has one' => sub {
    my $cluster = start_valkey(cluster => 3, replicas => 1, proxies => 1);
    my $primary = $cluster->primary(0);
    my $any = $cluster->primary(16383)->{proxy};
    my $client = Test::WhatsAuth::Resp->connect(host => $any->{host},
        port => $any->{port});

    is $client->error('GET', 'wa:{b}:x'), 'MOVED 3300 ' . $primary->told,
        'a server names the proxy of another';

    $primary->{proxy}->freeze(from => 'servers');
    my $own = Test::WhatsAuth::Resp->connect(host => $primary->{host},
        port => $primary->{proxy}{port});
    is_deeply [ $own->pipeline(['SET', 'wa:{b}:x', 1], ['WAIT', 1, 50]) ],
        [ 'OK', 0 ], 'servers frozen - clients come, but no replica follows';
    $primary->{proxy}->mend;
    is_deeply [ $own->pipeline(['SET', 'wa:{b}:x', 1], ['WAIT', 1, 10_000]) ],
        [ 'OK', 1 ], 'mended - it follows';

    $cluster->stop;
};

done_testing;
