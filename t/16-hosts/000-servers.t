# The servers that the suites of several hosts run: each plant comes up, loses a
# server and goes on, and goes with its test, even if that is killed.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Certificates;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

subtest 'one server' => sub {
    my $valkey = start_valkey();
    my $server = $valkey->primary;

    is $server->call('SET', 'wa:x', "\r\n\0\xff"), 'OK', 'one - it answers';
    is $server->call('GET', 'wa:x'), "\r\n\0\xff", 'any byte comes back';
    is $server->call('GET', 'wa:none'), undef, 'nothing is nothing';
    like $server->client->error('INCR', 'wa:x'), qr/^ERR /,
        'an error is told apart';
    is_deeply [ $server->client->pipeline(['INCR', 'wa:n'], ['GET', 'wa:x'],
                                          ['INCR', 'wa:n']) ],
        [ 1, "\r\n\0\xff", 2 ], 'a pipeline is answered in its order';

    $server->kill;
    ok !eval { $server->call('PING') }, 'killed - it has gone';
    $server->launch;
    $server->wait_for;
    is $server->call('GET', 'wa:n'), 2, 'launched again - it has its data';

    $server->pause;
    ok !$server->is_running, 'paused - it does not run';
    $server->resume;
    is $server->call('GET', 'wa:n'), 2, 'resumed - it answers';

    $valkey->stop;
};

subtest 'a replica' => sub {
    my $valkey = start_valkey(replicas => 1);
    my ($replica) = $valkey->replicas;
    my $client = $valkey->primary->client;

    is_deeply [ $client->pipeline(['SET', 'wa:x', 1], ['WAIT', 1, 10_000]) ],
        [ 'OK', 1 ], 'replica - it has the write on its disk';
    is $replica->call('GET', 'wa:x'), 1, 'and shows it';
    is $valkey->primary->info('persistence')->{aof_enabled}, 1,
        'the primary writes to its disk';
    like $replica->client->error('SET', 'wa:x', 2), qr/^READONLY /,
        'it takes no write itself';

    $replica->pause;
    is_deeply [ $client->pipeline(['SET', 'wa:x', 3], ['WAIT', 1, 50]) ],
        [ 'OK', 0 ], 'paused - the primary waits in vain';
    $replica->resume;

    $valkey->stop;
};

subtest 'TLS, and a user who may do only what is needed' => sub {
    my $valkey = start_valkey(replicas => 1, acl => 1,
        tls => make_certificates());
    my $server = $valkey->primary;
    my $client = $server->client(user => 'whatsauth', password => $PASSWORD);

    is $client->call('SET', 'wa:x', 1), 'OK', 'user - its keys';
    like $client->error('SET', 'other:x', 1), qr/^NOPERM /,
        'not the keys of others';
    like $client->error('FLUSHALL'), qr/^NOPERM /, 'no other command';
    ok !eval { $server->client(user => 'whatsauth', password => 'wrong') },
        'not with a wrong password';
    like $@, qr/WRONGPASS/, 'which it is told';

    my $plain = Test::WhatsAuth::Resp->connect(host => $server->{host},
        port => $server->{port});
    ok !eval { $plain->call('PING') }, 'TLS - nobody comes without it';

    $valkey->stop;
};

subtest 'a cluster, 3 x (1 + 2)' => sub {
    my $valkey = start_valkey(cluster => 3, replicas => 2);
    my $victim = $valkey->primary(0);
    my $other = $valkey->primary(16383);

    is scalar($valkey->servers), 9, 'cluster - nine servers';
    is scalar($valkey->replicas(0)), 2, 'two replicas for each slot';
    isnt $other->address, $victim->address, 'more than one primary';
    # Slot 0 is that of an empty tag's key, 12182 that of "foo".
    like $victim->client->error('GET', 'foo'), qr/^MOVED 12182 127\.0\.1\./,
        'a server names the one that has the key';

    $victim->kill;
    is $other->call('CLUSTER', 'KEYSLOT', 'foo'), 12182,
        'a primary is killed - the others answer';
    $valkey->wait_until_settled;
    isnt $valkey->primary(0)->address, $victim->address,
        'a replica takes its place';
    is scalar(() = $valkey->replicas(0)), 1, 'which has one replica left';

    $valkey->stop;
};

subtest 'Sentinel, 1 + 2' => sub {
    my $valkey = start_valkey(replicas => 2, sentinels => 3);
    my $victim = $valkey->primary;
    my ($sentinel) = $valkey->sentinels;
    my $named = sub {
        join ':', @{ $sentinel->call(qw( SENTINEL GET-MASTER-ADDR-BY-NAME
                                         wa )) };
    };

    is $named->(), $victim->address, 'sentinel - it names the primary';

    $victim->kill;
    ok wait_until(sub { $named->() ne $victim->address }, 60),
        'a primary is killed - another one is named';
    $valkey->wait_until_settled;
    is $valkey->primary->address, $named->(), 'which is the primary';

    $valkey->stop;
};

subtest 'a test that is killed' => sub {
    pipe my $in, my $out or die "pipe: $!\n";
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        my ($server) = start_valkey()->servers;
        syswrite $out, "$server->{pid}\n";
        sleep 600;
    }

    close $out;
    chomp(my $server = <$in> // die "no server\n");
    ok kill(0, $server), 'it has a server';
    kill 'KILL', $pid;
    waitpid $pid, 0;
    ok wait_until(sub { !kill 0, $server }), 'which goes with it';
};

done_testing;
