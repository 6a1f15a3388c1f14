# callback_on: a status without a callback counts as delivered; and nginx
# reports expiries by itself.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Time::HiRes qw( time );

my @ALL = qw( validated failed expired );
my $EXPIRES = 2;

my $receiver = start_receiver();

# An app for each subset.

my %app = map {
    my $n = $_;
    ("app$n" => [ map { $ALL[$_] } grep { $n >> $_ & 1 } 0 .. 2 ]);
} 1 .. 7;

my $nginx = start_nginx(apps => join '', map {
    whatsauth_app(name => $_, token => "token-of-tenant-$_",
        callback_url => $receiver->url("/204?app=$_"),
        more => "expires ${EXPIRES}s; authorized_numbers +56911111111;"
                . " callback_on @{ $app{$_} };")
} sort keys %app);

sub send_text {
    my ($issued, %option) = @_;

    $nginx->message(text_message(">>$issued->{json}{code}<<", %option));
}

# One code of each app for each way to end

my (%code, %expires_at);

for my $app (sort keys %app) {
    my ($good, $bad, $late)
        = map { $nginx->issue(token => "token-of-tenant-$app") } 1 .. 3;
    $expires_at{$app} = time + $EXPIRES;

    send_text($good);
    send_text($bad, from => "5692222222$_") for 1 .. 3;

    $code{$app} = { validated => $good, failed => $bad, expired => $late };
}

my %kept;
ok wait_until(sub {
    %kept = map { $_->{id} => $_ } grep { $_->{state} eq 'kept' }
            $nginx->records;
    keys %kept == 21;
}, 6), 'callback_on - all come to their end' or diag scalar keys %kept;

my %heard = map { $_->{json}{verification_code} => $_ } $receiver->requests;

for my $app (sort keys %app) {
    my @told = @{ $app{$app} };

    for my $status (@ALL) {
        my $issued = $code{$app}{$status};
        my $request = delete $heard{$issued->{json}{code}};
        my $id = $issued->{headers}{'whatsauth-id'};
        my $record = $kept{$id};

        is $record->{status}, $status, "callback_on @told - $status it is"
            or next;

        if (grep { $_ eq $status } @told) {
            is $request->{json}{status}, $status, 'and the site is told';

        } else {
            ok !$request, 'and the site is not told';
            is $record->{error} // '', $status eq 'failed'
                ? 'phone_number_not_authorized' : '', 'nor is that an error';
        }

        my $json = $nginx->get("/api/v1/verification/$id",
            { Authorization => "Bearer token-of-tenant-$app" })->{json};
        is $json->{status}, $status, 'and who asks hears it too';

        if ($request && $status eq 'expired') {
            my $late = $request->{time} - $expires_at{$app};
            cmp_ok $late, '<', 2, 'within 2 seconds of the expiry';
            cmp_ok $late, '>=', -0.5, 'and not before';
            is_deeply [ @{ $request->{json} }
                        {qw( phone_number profile_name validated_at error )} ],
                [ (undef) x 4 ], 'it names nobody';
        }
    }
}

is_deeply [ keys %heard ], [], 'callback_on - nobody hears anything else';
is scalar(() = $receiver->requests), 12, 'and nothing twice';

$nginx->stop;
done_testing;
