# Requests that no client sent as they are: subrequests, and requests that
# nginx redirects here after it has refused them or dropped their body.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $folder = slot_folder();
my $nginx = start_nginx(callback_url => $receiver->url('/204'),
    allow => qr/too large body|auth request unexpected status/,
    server => <<"END");
        location = /copied {
            mirror /api/v1/messages;
            return 204;
        }
        location = /read {
            mirror /api/v1/messages;
            proxy_pass http://127.0.0.1:\$server_port/callback;
        }
        location = /unread {
            mirror /api/v1/messages;
            mirror_request_body off;
            proxy_pass http://127.0.0.1:\$server_port/callback;
        }
        location = /form {
            mirror /api/v1/verification_code;
            mirror_request_body off;
            proxy_pass http://127.0.0.1:\$server_port/callback;
        }
        location = /guarded {
            auth_request /api/v1/verification_code;
            proxy_pass http://127.0.0.1:\$server_port/callback;
        }
        location = /page {
            ssi on;
            ssi_types *;
            root $folder;
        }
        location = /small {
            client_max_body_size 10;
            error_page 413 = \@ours;
            return 204;
        }
        location \@ours {
            whatsauth messages;
        }
END

open my $page, '>', "$folder/page" or die $!;
print $page '[<!--# include virtual="/api/v1/verification_code" -->]';
close $page;

my %bearer = (Authorization => "Bearer $TOKEN");
my $FORM = { %bearer, 'Content-Type' => 'application/x-www-form-urlencoded' };
my @workers = sort $nginx->workers;

sub records {
    return scalar(() = $nginx->records);
}

my $answer = $nginx->get('/page', \%bearer);
like $answer->{body}, qr/^\[\{"code":"[0-9a-f]{10}",.*\}\]$/,
    'SSI - a code inside of a page';
like $nginx->get('/page')->{body}, qr/"error":"invalid_token"/,
    'SSI - an error inside of a page';

is $nginx->get('/guarded', \%bearer)->{status}, 204, 'auth_request - a token';
is $nginx->get('/guarded')->{status}, 401, 'auth_request - none';
is records(), 2, 'both have issued a code';

my $code = $nginx->issue->{json}{code};
my $body = text_message(">>$code<<");

sub sent {
    my ($target) = @_;

    return $nginx->message($body, target => $target)->{status};
}

is sent('/unread'), 204, 'mirror - without the body';
is $nginx->post('/form', 'qr=1', $FORM)->{status}, 204,
    'mirror - a form without its body';
is sent('/small'), 401, 'error_page - after the body was thrown away';
wait_until { records() == 4 };
is_deeply [ map { $_->{status} } $nginx->records ], [ ('requested') x 4 ],
    'nothing is validated, and the form has issued a code of its own';

is sent('/read'), 204, 'mirror - with the body';
ok $receiver->wait_for($code), 'validates the code';

is_deeply [ sort $nginx->workers ], \@workers, 'all workers live';

$nginx->stop;
done_testing;
