package SessionCheck;

=head1 NAME

SessionCheck - the rows of ./dev bench on one check of a session

=head1 DESCRIPTION

C<SessionCheck::rows($row)> measures all of them and calls $row for each, with
the arguments of C<row()> in bench.pl.

F<t/bench/check.c> does what the gate does for one request, without nginx.

=cut

use strict;
use warnings;

use Bench;
use File::Path qw( make_path remove_tree );
use Test::WhatsAuth;

my $BENCH = "$TOP/build/units/bench";
my $SESSIONS = $ENV{BENCH_SESSIONS} // 1_000_000;
my $HOT = 2_000_000;
my $COLD = 5000;


sub rows {
    my ($row) = @_;

    my $folder = slot_folder() . '/sessions';
    make_path("$folder/store");

    run('sessions', "$folder/store", $SESSIONS, "tokens=$folder/tokens",
        "pick=$SESSIONS");

    my @check = ('check', "$folder/store", "$folder/tokens");

    $row->('one check of a session, hot, us', '<=', 1,
           median(map { run(@check, 'hot', $HOT) } 1 .. $ROUNDS) / 1000, '');

    $row->("the same, random among $SESSIONS", '<=', 3,
           median(map { run(@check, 'random') } 1 .. $ROUNDS) / 1000, '');

    my ($mean, undef, undef, $longest, $disk)
        = map { $_ / 1000 } split ' ', run(@check, 'cold', $COLD);

    $row->('the same, none of them in memory, the longest', '', '', $longest,
           sprintf 'mean %.0f, %d of %d waited for the disk', $mean,
                   $disk * 1000, $COLD);

    remove_tree($folder);

    return;
}


sub run {
    my ($program, @arguments) = @_;

    return output("$BENCH/$program", @arguments);
}


1;
