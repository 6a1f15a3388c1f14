# The client beside real plants: what it has confirmed is there whatever happens
# to a server, and a partition is silent no longer than a failover takes.

use strict;
use warnings;

use lib 't/lib';
use File::Basename;
use IPC::Open3;
use Symbol qw( gensym );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

# The failover of a plant whose node timeout is 2 seconds, and a busy machine.
use constant { SILENCE => 9_000, SECONDS => 40 };

my $units = dirname($ENV{WHATSAUTH_STORE} // "$TOP/build/units/x");
my $program = "$units/unit/valkey_client";

-x $program
    or system('make', '-s', '-f', 'dev.d/lib/units.mk', "OUT=$units",
              'CFLAGS=-g -O2', $program) == 0
    or die "$program: cannot be built\n";

my $clients = 0;


# A client of these servers; name: they are Sentinels of that primary.

sub start_client {
    my ($servers, $name) = @_;

    my $base = slot_folder() . '/client-' . ++$clients;
    my %client = (confirmed => "$base.confirmed", log => "$base.log");

    local $ENV{WHATSAUTH_CLIENT_PLANT} = join ',', map { $_->address }
                                                   @$servers;
    local $ENV{WHATSAUTH_CLIENT_NAME} = $name if defined $name;

    open my $log, '>', $client{log} or die "$client{log}: $!\n";
    $client{pid} = open3($client{in} = gensym, $client{out} = gensym,
                         '>&' . fileno $log, $program, $client{confirmed});

    return \%client;
}


sub report {
    my ($client, $asked) = @_;

    syswrite $client->{in}, ($asked // 'report') . "\n";
    my $line = readline $client->{out};

    return { $line =~ /(\w+)=(\d+)/g };
}


# Each partition confirms what is sent from now on.  Returns the silence until
# then, and how many were given up.

sub settled {
    my ($client) = @_;

    my ($silence, $given_up) = (0, 0);

    report($client, 'begin');

    wait_until {
        my $report = report($client);

        $silence = $report->{silence} if $report->{silence} > $silence;
        $given_up += $report->{given_up};

        $report->{missing} == 0;
    } SECONDS or diag log_of($client);

    return ($silence, $given_up);
}


sub log_of {
    my ($client) = @_;

    return try_read_file($client->{log}) // '';
}


sub stop_client {
    my ($client) = @_;

    close $client->{in};
    waitpid $client->{pid}, 0;

    return $?;
}


# The numbers that were confirmed, and are not at the primary of their slot.

sub lost {
    my ($valkey, $client) = @_;

    my (%confirmed, %slot, @lost);

    # The last line may still be on its way.

    for (try_read_file($client->{confirmed}) =~ /^(.+)\n/mg) {
        my ($slot, $key, $number) = split / /;

        $slot{$key} = $slot;
        push @{ $confirmed{$key} }, $number;
    }

    for my $key (sort keys %confirmed) {
        my %there = map { $_ => 1 } @{ $valkey->primary($slot{$key})->call(
            'SMEMBERS', $key) };

        push @lost, map { "$key $_" } grep { !$there{$_} }
                    @{ $confirmed{$key} };
    }

    return @lost;
}


# harmless($valkey, $client, TITLE, FUNCTION): whatever the function does to the
# servers, nothing is lost, and all goes on.

sub harmless {
    my ($valkey, $client, $title, $harm) = @_;

    settled($client);
    $harm->();

    my ($silence, $given_up) = settled($client);

    note "$title: $silence ms";
    cmp_ok $silence, '<=', SILENCE, "$title - a short silence";
    is $given_up, 0, "$title - nothing is given up";

    $valkey->wait_until_settled;
    is_deeply [ lost($valkey, $client) ], [], "$title - nothing is lost";
}


subtest 'a cluster' => sub {
    my $valkey = start_valkey(cluster => 3, replicas => 2);
    my $client = start_client([ ($valkey->servers)[0 .. 2] ]);
    my $stopped;

    settled($client);
    like log_of($client), qr/\[notice\] is open/, 'it opens';

    harmless($valkey, $client, 'a primary is killed',
             sub { $valkey->primary(0)->kill });
    harmless($valkey, $client, 'a primary stops', sub {
        $stopped = $valkey->primary(9000);
        $stopped->pause;
    });
    harmless($valkey, $client, 'it comes back, and has been replaced',
             sub { $stopped->resume });
    harmless($valkey, $client, 'the operator changes roles', sub {
        my ($replica) = $valkey->replicas(16000);

        $replica->call('CLUSTER', 'FAILOVER');
        wait_until { $replica->call('ROLE')->[0] eq 'master' } SECONDS;
    });

    report($client);
    $valkey->primary(128)->call('SPUBLISH', 'wa:{mm}:told', "\0" x 8);
    ok wait_until(sub { report($client)->{told} }, SECONDS),
       'a message is heard of the new primary';

    is stop_client($client), 0, 'the client ends';
    unlike log_of($client), qr/command failed|odd|too many/,
        'no reply was odd';
    $valkey->stop;
};


subtest 'a slot moves' => sub {
    my $valkey = start_valkey(cluster => 3, replicas => 1);
    my $client = start_client([ ($valkey->servers)[0] ]);

    harmless($valkey, $client, 'key by key', sub {
        my ($slot, $key) = (128, 'wa:{mm}:numbers');
        my ($from, $to) = map { $valkey->primary($_) } $slot, 9000;
        my ($from_id, $to_id) = map { $_->call('CLUSTER', 'MYID') }
                                $from, $to;

        $to->call('CLUSTER', 'SETSLOT', $slot, 'IMPORTING', $from_id);
        $from->call('CLUSTER', 'SETSLOT', $slot, 'MIGRATING', $to_id);

        # Between two steps it is asked for at both.

        while (my @keys = @{ $from->call('CLUSTER', 'GETKEYSINSLOT', $slot,
                                         1) })
        {
            $from->call('MIGRATE', $to->{host}, $to->{port}, '', 0, 5000,
                        'KEYS', @keys);
            report($client);
            wait_until { report($client)->{confirmed} } SECONDS;
        }

        $_->call('CLUSTER', 'SETSLOT', $slot, 'NODE', $to_id) for $to, $from;
    });

    is stop_client($client), 0, 'the client ends';
    unlike log_of($client), qr/\[crit\]|\[alert\]/, 'and has met no trouble';
    $valkey->stop;
};


subtest 'Sentinel' => sub {
    my $valkey = start_valkey(replicas => 2, sentinels => 3);
    my $client = start_client([ $valkey->sentinels ], 'wa');

    settled($client);
    like log_of($client), qr/\[notice\] is open/, 'it opens';

    harmless($valkey, $client, 'the primary is killed',
             sub { $valkey->primary->kill });

    is stop_client($client), 0, 'the client ends';
    $valkey->stop;
};


subtest 'one server with a replica' => sub {
    my $valkey = start_valkey(replicas => 1);
    my $client = start_client([ $valkey->primary ]);
    my ($replica) = $valkey->replicas;

    settled($client);
    $replica->pause;
    ok wait_until(sub { log_of($client)
                        =~ /\[alert\] \S+ fewer than 1 replicas answer/ },
                  SECONDS), 'the replica stops - it is told';
    report($client);
    ok wait_until(sub { report($client)->{confirmed} == 0 }, SECONDS),
       '... and nothing is confirmed';

    $replica->resume;
    settled($client);
    like log_of($client), qr/\[notice\] \S+ 1 replicas answer/,
        '... and told when it is back';
    is_deeply [ lost($valkey, $client) ], [], '... and nothing is lost';

    is stop_client($client), 0, 'the client ends';
    $valkey->stop;
};


done_testing;
