# The model of the store beside two hosts on real plants: t/unit/valkey_model*.c

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use File::Basename;
use Test::WhatsAuth;
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

my $units = dirname($ENV{WHATSAUTH_STORE});
my $program = "$units/unit/valkey_model_plant";

-x $program
    or system('make', '-s', '-f', 'dev.d/lib/units.mk', "OUT=$units",
              'CFLAGS=-g -O2', $program) == 0
    or die "$program: cannot be built\n";


# The verdict of the model on a plant, which it is left alone with.

sub agrees {
    my ($replicas, @servers) = @_;

    local $ENV{WHATSAUTH_MODEL_VALKEY}
        = join ',', map { $_->address } @servers;
    local $ENV{WHATSAUTH_MODEL_REPLICAS} = $replicas;
    local $ENV{CMOCKA_MESSAGE_OUTPUT} = 'STDOUT';

    my $said = qx($program 2>&1);
    my $status = $?;

    note $said;
    diag $said if $status != 0;

    return $status == 0;
}


subtest 'one server, which confirms alone' => sub {
    my $valkey = start_valkey();

    ok agrees(0, $valkey->servers),
        'two hosts, cut at random - the model agrees';
    $valkey->stop;
};

subtest 'a replica confirms' => sub {
    my $valkey = start_valkey(replicas => 1);

    local $ENV{WHATSAUTH_MODEL_OPS} = 600;
    ok agrees(1, $valkey->primary),
        'two hosts, cut at random - the model agrees';
    $valkey->stop;
};

subtest 'a cluster' => sub {
    my $valkey = start_valkey(cluster => 3, replicas => 1,
        node_timeout => 60_000);

    local $ENV{WHATSAUTH_MODEL_OPS} = 600;
    ok agrees(1, $valkey->servers),
        'two hosts, cut at random - the model agrees';
    $valkey->stop;
};

done_testing;
