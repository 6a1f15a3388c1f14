# The ledger of `./dev hosts` notices each promise that is broken: one entry is
# changed at a time.

use strict;
use warnings;

use lib 't/lib', 't/hosts';
use Ledger;
use Test::More;

my @ENTRIES = (
    [qw( issued 1 code c1 100 )], [qw( sent 1 56911 101 )],
    [qw( sent 1 56911 101 )], [qw( taken 1 56911 102 )],
    [qw( taken 1 56911 102 )],
    [qw( issued 2 silent c2 100 )], [qw( issued 3 brief c3 100 )],
    [qw( issued 4 claim c4 100 )], [qw( sent 4 56914 101 )],
    [qw( taken 4 56914 102 )], [qw( collecting 4 key-0 )],
    [qw( collecting 4 key-1 )], [qw( late 4 key-0 )],
    [qw( collected 4 key-1 )],
    [qw( issued 5 page c5 100 )], [qw( sent 5 56915 101 )],
    [qw( taken 5 56915 102 )], [qw( session 5 wa=5 )], [qw( in 5 )],
    [qw( issued 6 page c6 100 )], [qw( sent 6 56916 101 )],
    [qw( taken 6 56916 102 )], [qw( session 6 wa=6 )], [qw( in 6 )],
    [qw( ending 6 )], [qw( ended 6 )], [qw( out 6 )],
    [qw( failure message 0 503 50 51 )],
);

my @FINAL = (
    [qw( record 1 validated c1 56911 )], [qw( record 2 requested c2 ), ''],
    [qw( record 3 expired c3 ), ''], [qw( record 4 validated c4 56914 )],
    [qw( record 5 validated c5 56915 )], [qw( record 6 validated c6 56916 )],
    [qw( in 5 0 )], [qw( in 5 1 )], [qw( out 6 0 )], [qw( out 6 1 )],
    ['done'],
);

my %HEARD = (map({ $_ => [ heard("c$_", 'validated', "+5691$_") ] } 1, 4 .. 6),
    3 => [ heard('c3', 'expired') ], 9 => [ heard('c9', 'expired') ]);


sub heard {
    my ($code, $status, $phone) = @_;

    return qq({"verification_code":"$code","status":"$status")
           . (defined $phone ? qq(,"phone_number":"$phone"}) : '}');
}


# A fault lasted from 40 to 60.

sub is_quiet {
    my ($from, $to) = @_;

    return $to < 40 || $from > 60;
}


sub ledger_of {
    my (%changed) = @_;

    my $ledger = Ledger->new(@{ $changed{entries} // \@ENTRIES });

    $ledger->final(@{ $changed{final} // \@FINAL });
    $ledger->heard(%HEARD, %{ $changed{heard} // {} });

    return $ledger;
}


sub broken {
    my ($ledger) = @_;

    return join ', ', map { $_->[0] } grep { @$_ > 1 }
                      $ledger->promises(\&is_quiet);
}


# Entries with more of them, without those that begin so, or with another one in
# the place of these.

sub with {
    my ($entries, @more) = @_;

    return [ @$entries, @more ];
}


sub without {
    my ($entries, $gone) = @_;

    return [ grep { "@$_" !~ /^$gone/ } @$entries ];
}


sub changed {
    my ($entries, $from, @to) = @_;

    return [ map { "@$_" =~ /^$from/ ? [@to] : $_ } @$entries ];
}

my $sound = ledger_of();

is broken($sound), '', 'all is well - nothing is said';
is $sound->operations, 19, 'each code, message, collect and look counts';
is_deeply [ $sound->strangers ], [], 'a code that nobody knows may expire';
is_deeply [ $sound->doubles(\&is_quiet) ], [ 0, 4 ],
    'each callback came once';
is_deeply $sound->seen(45, 120),
    { failures => 1, no_codes => 55, message => 1 }, 'what users saw';

my @CASES = (
    [ 'an answer is the right one, or 503 with Retry-After',
      entries => with(\@ENTRIES, [qw( odd message 500 1 )]) ],
    [ '503 and silence come with a fault alone',
      entries => with(\@ENTRIES, [qw( failure gate 1 mute 70 82 )]) ],
    [ 'no code and no id comes twice',
      entries => with(\@ENTRIES, [qw( issued 7 silent c2 100 )]),
      final => with(\@FINAL, [qw( record 7 requested c2 ), '']) ],
    [ 'each code is there',
      final => changed(\@FINAL, 'record 2', qw( record 2 requested c7 ), '') ],
    [ 'a message with 200 has validated its code',
      final => changed(\@FINAL, 'record 4', qw( record 4 failed c4 ), ''),
      heard => { 4 => [] } ],
    [ 'for one who has sent it',
      final => changed(\@FINAL, 'record 1', qw( record 1 validated c1 56917 )),
      heard => { 1 => [ heard(qw( c1 validated +56917 )) ] } ],
    [ 'without a message there is no login',
      final => changed(\@FINAL, 'record 2', qw( record 2 validated c2 ), ''),
      heard => { 2 => [ heard('c2', 'validated', '') ] },
      'for one who has sent it, ' ],
    [ 'the site has heard of each end, or it has failed',
      heard => { 3 => [] } ],
    [ 'what it heard is what is stored',
      heard => { 1 => [ heard(qw( c1 validated +56912 )) ] } ],
    [ 'and each time the same',
      heard => { 1 => [ heard(qw( c1 validated +56911 )),
                        heard(qw( c1 validated 56911 )) ] } ],
    [ 'a claim is collected by one',
      entries => changed(\@ENTRIES, 'late', qw( collected 4 key-0 )) ],
    [ 'a claim is collected by one',
      entries => without(\@ENTRIES, 'collected') ],
    [ 'a login at the page has a session',
      entries => without(\@ENTRIES, 'session 5') ],
    [ 'which lets in at once, on any host',
      entries => changed(\@ENTRIES, 'in 5', qw( out 5 )) ],
    [ 'and to the end',
      final => changed(\@FINAL, 'in 5 1', qw( out 5 1 )) ],
    [ 'a session that has ended lets in nobody',
      entries => changed(\@ENTRIES, 'out 6', qw( in 6 )) ],
    [ 'a session that has ended lets in nobody',
      final => changed(\@FINAL, 'out 6 0', qw( in 6 0 )) ],
);

for my $case (@CASES) {
    my ($title, @changed) = @$case;
    my $before = @changed % 2 ? pop @changed : '';

    is broken(ledger_of(@changed)), "$before$title", "broken - $title";
}

is_deeply [ ledger_of(heard => { 8 => [ heard('c8', 'validated', '+56918') ] })
            ->strangers ], ['8'], 'broken - a callback without a message';
is_deeply [ ledger_of(heard => { 1 => [ (heard(qw( c1 validated +56911 )))
                                        x 2 ] })->doubles(\&is_quiet) ],
    [ 1, 4 ], 'broken - a callback that comes twice';

done_testing;
