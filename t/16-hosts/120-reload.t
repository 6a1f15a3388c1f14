# Workers that come and go: a reload and an upgrade show nobody a worker without
# its store, and a worker that is to end first answers the requests that it has,
# but waits for nothing else.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Valkey;
use Test::WhatsAuth::ValkeyProxy;
use Time::HiRes qw( time );

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $valkey = start_valkey();
my $server = $valkey->primary;
my $place = 'valkey://' . $server->address;
my $ID = '/api/v1/verification_code';
my %BEARER = (Authorization => "Bearer $TOKEN");

sub start {
    my (%option) = @_;

    my $nginx = start_nginx(place => $place, store => 'replicas=0 timeout=2s',
        allow => qr/cannot be reached|cannot be changed|exited on signal 9/,
        %option);

    $nginx->wait_until_open;
    return $nginx;
}

# Issues codes, one at least, until $end is true, and returns the answers by
# status.

sub issue_until {
    my ($nginx, $end) = @_;

    my %answers;

    do {
        $answers{$nginx->issue->{status}}++;
    } until $end->();

    return \%answers;
}

sub workers_change {
    my ($nginx, @old) = @_;

    return sub {
        my %now = map { $_ => 1 } $nginx->workers;

        return keys %now == $nginx->{workers} && !grep { $now{$_} } @old;
    };
}

# A new worker gets its first requests before it has greeted its server.

subtest 'reload' => sub {
    my $proxy = Test::WhatsAuth::ValkeyProxy->start($server);
    my $place = 'valkey://' . $proxy->address;
    my $nginx = start(place => $place);

    $proxy->fault(on => 'SCRIPT', delay => 300);

    for my $n (1 .. 3) {
        my @old = $nginx->workers;

        $nginx->signal('HUP');
        is_deeply [ keys %{ issue_until($nginx, workers_change($nginx, @old)) }
                  ], [200], "reload $n - each worker has its store";
    }

    my @old = $nginx->workers;

    kill 'KILL', $old[0];
    is_deeply [ keys %{ issue_until($nginx,
                                    workers_change($nginx, $old[0])) } ],
        [200], 'killed - so does the worker that takes its place'
        unless $ENV{WHATSAUTH_HUP};

    for my $other ("$place prefix=other", "$place,127.0.0.1") {
        $nginx->{place} = $other;
        $nginx->write_config($nginx->config);
        $nginx->signal('HUP');
        ok wait_until(sub {
            $nginx->error_log =~ m{whatsauth_store\ "\Q$place\E\ prefix=wa"
                \ cannot\ be\ changed\ to\ ".*"\ by\ a\ reload,\ restart\ nginx
                }x
        }), "reload - to $other is refused";
    }

    $nginx->stop;
    $proxy->stop;
};

subtest 'upgrade' => sub {
    my $nginx = start();
    my $code = $nginx->issue->{json}{code};

    ok $nginx->upgrade, 'upgrade - the new workers run';
    ok $nginx->wait_until_open, 'and find the store';
    is $nginx->message(text_message(">>$code<<"))->{status}, 200,
        'in which the code of before is';
    $nginx->stop;
};

# stop() has no patience for as long as the timeout.

subtest 'quit, with nothing to do' => sub {
    my $nginx = start(store => 'replicas=0 timeout=60s');

    $server->pause;
    $nginx->stop;
    $server->resume;
};

subtest 'quit, with a request on its way' => sub {
    my $nginx = start();
    my $client = $nginx->client;
    my @workers = $nginx->workers;

    $server->pause;
    $client->send('GET', $ID, \%BEARER);
    select undef, undef, undef, 0.2;
    $nginx->signal('QUIT');
    select undef, undef, undef, 0.2;
    $server->resume;

    is $client->receive->{status}, 200, 'quit - the request is answered first';
    ok wait_until(sub { !grep { kill 0, $_ } @workers }),
        'and the workers go';
    $nginx->stop;
};

subtest 'quit, with a server that is silent' => sub {
    my $nginx = start();
    my $client = $nginx->client;
    my @workers = $nginx->workers;
    my $from = time;

    $server->pause;
    $client->send('GET', $ID, \%BEARER);
    select undef, undef, undef, 0.2;
    $nginx->signal('QUIT');

    is $client->receive->{status}, 503, 'quit - the request ends by its time';
    cmp_ok time - $from, '<', 4, 'which is timeout';
    ok wait_until(sub { !grep { kill 0, $_ } @workers }),
        'and the workers go';

    $server->resume;
    $nginx->stop;
};

subtest 'stop, with a server that is silent' => sub {
    my $nginx = start();
    my $client = $nginx->client;
    my @workers = $nginx->workers;

    $server->pause;
    $client->send('GET', $ID, \%BEARER);
    select undef, undef, undef, 0.2;
    $nginx->signal('TERM');
    ok wait_until(sub { !grep { kill 0, $_ } @workers }, 2),
        'stop - the workers go at once';

    $server->resume;
    $nginx->stop;
};

$valkey->stop;
done_testing;
